import { nearestNames } from './nearest-names.js';

const NAMES = ['Ada Park', 'Marcus Webb', 'Elena Ruiz', 'Grace Lin', 'Samuel Hart', 'Rose Murphy', 'Zoë O’Ångström'];

it.each([
  ['eight a park', 'Ada Park'],
  ['Marcos Web', 'Marcus Webb'],
  ['elana ruiz', 'Elena Ruiz'],
  ['Elana', 'Elena Ruiz'],
  ['samuel hard', 'Samuel Hart'],
  ['zoe angstrom', 'Zoë O’Ångström'],
  ['rosemurphy', 'Rose Murphy'],
  ['sam hart', 'Samuel Hart'],
  ['Sam Hard', 'Samuel Hart'],
  ['sammy hart', 'Samuel Hart'],
])('takes "%s" for %s', (said, name) => {
  expect(nearestNames(said, NAMES).sure).toBe(name);
});

it.each(['Jonathan Price', 'netflix', 'x', '', 'noodle house', 'a'.repeat(500), '?!'])(
  'takes "%s" for nobody',
  (said) => {
    expect(nearestNames(said, NAMES)).toEqual({ maybe: [] });
  },
);

it('takes no word for the beginning of a shop’s name that is written otherwise, whatever it sounds like', () => {
  expect(nearestNames('matter', ['Metro Cab', 'Harbor Hotel'])).toEqual({ maybe: [] });
  expect(nearestNames('policy', ['Palace Cinema']).sure).toBeUndefined();
  expect(nearestNames('elaina', NAMES).sure).toBe('Elena Ruiz');
});

it.each([
  ['hell', 'Hill Street Books'],
  ['rosa', 'Rose Murphy'],
  ['aida', 'Ada Park'],
])('takes no "%s" alone for %s: a short word with another letter is another word', (said, name) => {
  expect(nearestNames(said, [name]).sure).toBeUndefined();
});

it('never guesses between two that are near', () => {
  const found = nearestNames('Marta Stone', ['Marla Stone', 'Maria Stone', 'Ada Park']);
  expect(found.sure).toBeUndefined();
  expect(found.maybe).toEqual(['Marla Stone', 'Maria Stone']);
});

it('never guesses which of two a short name is for, nor takes it for one with another surname', () => {
  expect(nearestNames('Sam Hart', ['Samuel Hart', 'Samantha Hart']).sure).toBeUndefined();
  expect(nearestNames('Bob Hale', ['Robert Hale', 'Victor Hale']).sure).toBe('Robert Hale');
  expect(nearestNames('Sam Park', NAMES).sure).toBeUndefined();
});

it('only asks about one that is not very near', () => {
  expect(nearestNames('anna park', NAMES)).toEqual({ maybe: ['Ada Park'] });
  expect(nearestNames('Ada Clark', NAMES)).toEqual({ maybe: ['Ada Park'] });
});
