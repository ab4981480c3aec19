import { cleanQuery } from './clean-query.js';

describe('cleanQuery', () => {
  it.each([
    // Asked for in any order, with and without marks: speech has none.
    ['google the weather in San Francisco for me would you', 'the weather in San Francisco'],
    ['Google fog in Oslo for me, would you?', 'fog in Oslo'],
    ['would you google fog in Oslo for me', 'fog in Oslo'],
    ['can you search the web for the tallest building', 'the tallest building'],
    ['Can you, please, search the web for the tallest building?', 'the tallest building'],
    ['please search online for cheap flights to Rome thanks', 'cheap flights to Rome'],
    ['search the internet and tell me who won the match', 'who won the match'],
    ['could you look up the capital of Mongolia for me please', 'the capital of Mongolia'],
    ['um so could you maybe look it up online what a quasar is', 'what a quasar is'],
    ['I would like you to find out who invented the zip', 'who invented the zip'],
    ["hey I'd like to know how tall Mont Blanc is please", 'how tall Mont Blanc is'],
    ['do me a favor and google how far away the moon is', 'how far away the moon is'],
    ['would you mind googling the price of gold', 'the price of gold'],
    ['use the internet to find out when the tide is', 'when the tide is'],
    ['do a quick web search for volcanoes', 'volcanoes'],
    ['check online for trains to Bath', 'trains to Bath'],
    ['for me would you google the score of the game', 'the score of the game'],
    ['please search weather in Paris', 'weather in Paris'],
    ['search who won the election', 'who won the election'],
    ['I want you to search up the weather in Tokyo please', 'the weather in Tokyo'],
    ['would you be able to look up who wrote Dracula', 'who wrote Dracula'],
    ['mind looking up the population of Peru', 'the population of Peru'],
    ['find out for me what the tallest tree is', 'what the tallest tree is'],
    ['browse the web for jazz clubs in Lisbon', 'jazz clubs in Lisbon'],
    ['give me a google search of best pizza', 'best pizza'],
    ['google me the phone number of the zoo', 'the phone number of the zoo'],
    ['what does google say about the moon', 'the moon'],
    ['tell me what the weather is like on the web', 'what the weather is like'],
    ['Kannst du mal im Internet nach dem Wetter in Berlin suchen?', 'dem Wetter in Berlin'],
    ['Könnten Sie bitte im Netz nach der Zugverbindung schauen', 'der Zugverbindung'],
    ['google mal bitte wie hoch der Brocken ist', 'wie hoch der Brocken ist'],
    ['Suche bitte im Internet nach Hotels in Wien', 'Hotels in Wien'],
    ['kannst du mir sagen, wer Kanzler ist', 'wer Kanzler ist'],
    ['Könntest du nachschauen wann Ostern ist', 'wann Ostern ist'],
    ['ich möchte gerne wissen wie hoch der Eiffelturm ist', 'wie hoch der Eiffelturm ist'],
    ['Oye, busca restaurantes en Sevilla', 'restaurantes en Sevilla'],
    ['¿Puedes buscar en internet el tiempo en Madrid, por favor?', 'el tiempo en Madrid'],
    ['por favor búscame en google vuelos a Lima', 'vuelos a Lima'],
    ['me podrías decir quién ganó el partido', 'quién ganó el partido'],
  ])('%j is %j', (said, wanted) => {
    expect(cleanQuery(said)).toBe(wanted);
  });

  it.each([
    'google stock price',
    'Google Maps offline',
    "google's revenue 2025",
    'search engine optimization',
    'what is coffee good for',
    'how does it feel for me',
    'please please me release date',
    'mind your language season 2',
    'find nemo release date',
    'can you survive on potatoes',
    'so far away dire straits',
    'hello by adele lyrics',
    'and then there were none book',
    'mira sorvino movies',
    'was ist ein Quasar',
    'nach dem Krieg Film',
    'best shoes online',
    '-40 celsius in fahrenheit',
    'C++ vs C#',
    'もっと教えて',
  ])('leaves %j as it is', (said) => {
    expect(cleanQuery(said)).toBe(said);
  });

  it('leaves something of what is nothing else', () => {
    for (const said of ['google', 'please', 'can you search the web for', 'tell me', '???']) {
      expect(cleanQuery(said)).not.toBe('');
    }
  });

  it('is through with any text', () => {
    expect(cleanQuery('please could you '.repeat(10_000)).length).toBeLessThanOrEqual(500);
    expect(cleanQuery(`google the${', '.repeat(10_000)}x`)).toBe('the');
  });
});
