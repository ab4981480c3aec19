import { speakable } from '../../speakable.js';
import { cardinal, counting } from './numbers.js';

const es = (text: string, language = 'es-ES') => speakable(text, language);

describe('Spanish numbers', () => {
  it.each([
    [0, 'cero'],
    [16, 'dieciséis'],
    [21, 'veintiuno'],
    [31, 'treinta y uno'],
    [100, 'cien'],
    [101, 'ciento uno'],
    [500, 'quinientos'],
    [1000, 'mil'],
    [1234, 'mil doscientos treinta y cuatro'],
    [21_000, 'veintiún mil'],
    [100_000, 'cien mil'],
    [1_000_000, 'un millón'],
    [2_000_001, 'dos millones uno'],
    [1_000_000_000, 'mil millones'],
    [1_000_000_000_000, 'un billón'],
  ])('%d is %s', (n, words) => expect(cardinal(n)).toBe(words));

  it.each([
    [1, 'm', 'un'],
    [1, 'f', 'una'],
    [21, 'm', 'veintiún'],
    [31, 'f', 'treinta y una'],
    [200, 'f', 'doscientas'],
    [1_000_000, 'm', 'un millón de'],
  ] as const)('%d before a noun (%s) is %s', (n, gender, words) => expect(counting(n, gender)).toBe(words));
});

describe('speakable in Spanish', () => {
  it.each([
    ['1.234,50 €', 'mil doscientos treinta y cuatro euros con cincuenta'],
    ['Cuesta 5,30 €.', 'Cuesta cinco euros con treinta.'],
    ['1 €, 21 €, 0,50 €', 'un euro, veintiún euros, cincuenta céntimos'],
    ['5,05 €', 'cinco euros con cinco céntimos'],
    ['21 £', 'veintiuna libras'],
    ['-20 €', 'menos veinte euros'],
    ['$42.50', 'cuarenta y dos dólares con cincuenta'],
    ['5-10 €', 'cinco a diez euros'],
    ['3,5 millones de €', 'tres coma cinco millones de euros'],
    ['1.000.000 €', 'un millón de euros'],
    ['el 2026-03-05', 'el cinco de marzo de dos mil veintiséis'],
    ['el 05/03/2026.', 'el cinco de marzo de dos mil veintiséis.'],
    ['el 3 de marzo de 2026', 'el tres de marzo de dos mil veintiséis'],
    ['el 1 de marzo', 'el uno de marzo'],
    ['del 1-5 de marzo', 'del uno al cinco de marzo'],
    ['2026-03-05T14:30:00Z', 'cinco de marzo de dos mil veintiséis a las catorce y treinta'],
    ['a las 9:05', 'a las nueve y cinco'],
    ['a la 1:00', 'a la una'],
    ['a las 14:00', 'a las catorce horas'],
    ['a las 3 p. m.', 'a las tres de la tarde'],
    ['9:00-17:30 h', 'nueve a diecisiete y treinta horas'],
    ['cliente 5001', 'cliente cinco cero cero uno'],
    ['clientes 5001 y 5002', 'clientes cinco cero cero uno y cinco cero cero dos'],
    ['pedido n.º 12345', 'pedido número uno dos tres cuatro cinco'],
    ['mesa 12', 'mesa doce'],
    ['#5001 y #5', 'número cinco cero cero uno y número cinco'],
    ['600 123 456', 'seis cero cero, uno dos tres, cuatro cinco seis'],
    ['+34 600 123 456', 'más tres cuatro, seis cero cero, uno dos tres, cuatro cinco seis'],
    ['5 %, 5,5 %', 'cinco por ciento, cinco coma cinco por ciento'],
    ['3-5 días', 'tres a cinco días'],
    ['1 mesa, 21 clientes, 200 mesas', 'una mesa, veintiún clientes, doscientas mesas'],
    ['5 km, 1 h, 20 °C', 'cinco kilómetros, una hora, veinte grados'],
    ['p. ej. hoy, etc.', 'por ejemplo hoy, etcétera.'],
    ['Sr. Moreno & Cía', 'señor Moreno y Cía'],
    ['EE. UU.', 'Estados Unidos'],
    ['anna_lee@example.com', 'anna guion bajo lee arroba example punto com'],
  ])('%j', (written, said) => {
    expect(es(written)).toBe(said);
    expect(es(said)).toBe(said);
  });

  it('reads figures by the custom of the country', () => {
    expect(es('1,234.50 €', 'es-MX')).toBe('mil doscientos treinta y cuatro euros con cincuenta');
    expect(es('el 1 de marzo', 'es-MX')).toBe('el primero de marzo');
  });
});
