// What callers say, for measuring recognition: the sentences that every deployment checks, others of their kind (most of
// both are sentences that the templates of the language model can make), and fresh ones that none of the templates makes.

export interface Utterance {
  /** As it is given to the voice. */
  readonly say: string;
  /** The words as they are spoken, when they differ from `say` in more than case and punctuation. */
  readonly words?: string;
  /** What must be heard for the sentence to have kept its meaning. */
  readonly means: RegExp;
}

export const VOICES = ['slt', 'rms', 'awb'] as const;

const FIVE_THOUSAND_ONE = /\b(five thousand (and )?one|fifty oh one)\b/;

export const DEMO: readonly Utterance[] = [
  {
    say: 'What transactions does client 5001 have?',
    words: 'what transactions does client five thousand one have',
    means: new RegExp(`transactions.* client ${FIVE_THOUSAND_ONE.source}`),
  },
  {
    say: 'Send those transactions to john at example dot com',
    means: /send those transactions to john at example dot com/,
  },
  { say: 'What is our refund policy?', means: /refund policy/ },
  { say: 'What is the weather in San Francisco?', means: /weather in san francisco/ },
  {
    say: 'Generate a chart for client 5001',
    words: 'generate a chart for client five thousand one',
    means: new RegExp(`chart (for|of) client ${FIVE_THOUSAND_ONE.source}`),
  },
  { say: 'yes please', means: /^yes/ },
  {
    say: 'show me what client five thousand and two spent in March',
    means: /client five thousand (and )?two spen[dt] in march/,
  },
  { say: 'email that to maria at example dot org', means: /(e-?mail|mail) that to maria at example dot org/ },
  { say: 'how do refunds work', means: /how do refunds work/ },
  { say: 'draw me a chart of spending for fifty oh one', means: /chart of spending (for|of) fifty oh one/ },
];

export const OTHERS: readonly Utterance[] = [
  { say: 'Which purchases did customer five zero one seven make last month?', means: /purchases.*five zero one seven.*last month/ },
  { say: 'How much did client five thousand and nine spend on travel this year?', means: /how much.*five thousand (and )?nine.*travel this year/ },
  { say: 'And what about April?', means: /april/ },
  { say: 'I would like to see the payments of client fifty fourteen since the tenth of June', means: /payments of client fifty fourteen since.*tenth of june/ },
  { say: 'Tell me how many charges client five double oh three had in September', means: /how many charges.*five double oh three.*september/ },
  { say: 'Could you mail the list to susan dot miller at outlook dot com', means: /mail.* to susan dot miller at outlook dot com/ },
  { say: 'Forward them to accounting at acme dot net please', means: /forward them to accounting at acme dot net/ },
  { say: 'No, client five thousand and two', means: /^no.* five thousand (and )?two/ },
  { say: 'No, I meant May', means: /^no i meant.* may/ },
  { say: 'Go ahead', means: /go ahead/ },
  { say: 'Cancel that', means: /cancel/ },
  { say: 'That is right, send it', means: /right.*send it/ },
  { say: 'Good morning Julia', means: /good morning/ },
  { say: 'Thanks, that is all', means: /that is all/ },
  { say: 'Goodbye', means: /good ?bye/ },
  { say: 'Can you say that again', means: /say that again/ },
  { say: 'What can you do', means: /what can you do/ },
  { say: 'Explain the privacy policy', means: /privacy policy/ },
  { say: 'How long do refunds take', means: /how long do refunds take/ },
  { say: 'What are your opening hours', means: /opening hours/ },
  { say: 'How do I dispute a charge', means: /dispute (a|the) charge/ },
  { say: 'Is there a fee for foreign transactions', means: /fee for foreign transactions/ },
  { say: 'What happens when a customer pays late', means: /pays? late/ },
  { say: 'How can I close my account', means: /close my account/ },
  { say: 'What does the shipping policy say about delays', means: /shipping policy/ },
  { say: 'Is it going to rain in London tomorrow', means: /rain.*london tomorrow/ },
  { say: 'How warm is it in Tokyo right now', means: /is it in tokyo/ },
  { say: 'What is the capital of France', means: /capital of france/ },
  { say: 'Who is the president of Germany', means: /president of germany/ },
  { say: 'Make a pie chart by category for client five zero zero five', means: /chart.*five zero zero five/ },
  { say: 'Plot the monthly spending of account fifty twenty', means: /monthly spending.*fifty twenty/ },
  { say: 'Can I get a graph of groceries for client five thousand and eleven', means: /graph of groceries.*five thousand (and )?eleven/ },
  { say: 'Give me the last three transactions of client five thousand nineteen', means: /last three transactions.*five thousand (and )?nineteen/ },
  { say: 'What did they spend on groceries in December', means: /they spen[dt] on groceries in december/ },
  { say: 'Between the first of January and the thirty first of March', means: /first of january.*thirty first of march/ },
  { say: 'I need everything client fifty oh eight bought in the second quarter', means: /fifty oh eight bought.*second quarter/ },
  { say: 'Do the same for client five oh one two', means: /same for client five oh one two/ },
  { say: 'Which client spent the most money', means: /client spent the most/ },
  { say: 'Please send me an email with the report', means: /send me an e-?mail.*report/ },
  { say: 'My card was stolen yesterday', means: /card was stolen/ },
  { say: 'Can I export my data as a spreadsheet', means: /export my data/ },
  { say: 'Stop the standing order to my landlord', means: /standing order/ },
  { say: 'Who wrote the book about the old man and the sea', means: /book about the old man/ },
  { say: 'I want to talk to a real person', means: /talk to a real person/ },
  { say: 'What is the meaning of life', means: /meaning of life/ },
]; // prettier-ignore

/** Fresh wordings, which nothing was tuned to; corpus.spec.ts proves that no template makes them. */
export const FRESH: readonly Utterance[] = [
  { say: 'My boss wants to know where all the money went in March', means: /where all the money went in march/ },
  { say: 'Somebody has been using my card in a shop I have never been to', means: /using my card.*never been/ },
  { say: 'Could we go over the bigger bills from last spring together', means: /bigger bills.*last spring/ },
  { say: 'I am trying to find out why June was so expensive', means: /why june was so expensive/ },
  { say: 'Ada thinks she paid the hotel twice, is she right', means: /paid the hotel twice/ },
  { say: 'What came off the account of client five thousand and seven on Monday', means: /account of client five thousand (and )?seven on monday/ },
  { say: 'There should be a refund from the airline somewhere', means: /should be a refund.*airline/ },
  { say: 'Was there anything unusual in the books of customer fifty twelve', means: /anything unusual.*fifty twelve/ },
  { say: 'Put the whole lot into a mail for my accountant', means: /whole lot into a mail.*accountant/ },
  { say: 'Her address is anna underscore berg at proton dot me', means: /address is anna underscore berg at proton dot me/ },
  { say: 'Hold on, I gave you the wrong number', means: /hold on.*wrong number/ },
  { say: 'That sounds about right, carry on', means: /sounds about right.*carry on/ },
  { say: 'Yeah, I suppose you may', means: /^yeah i suppose you may/ },
  { say: 'Not that one, the one after it', means: /not that one.*one after it/ },
  { say: 'I would rather have it as a picture', means: /rather have it as a picture/ },
  { say: 'A few colourful bars would help my team', means: /bars would help my team/ },
  { say: 'Does the trend go up or down since Christmas', means: /trend go up or down since christmas/ },
  { say: 'Compare the two summers for me', means: /compare the two summers/ },
  { say: 'How come food is twice what it was', means: /how come food is twice what it was/ },
  { say: 'I bought shoes that do not fit, what now', means: /bought shoes.*not fit.*what now/ },
  { say: 'The parcel has been on its way for three weeks', means: /parcel.*on its way.*three weeks/ },
  { say: 'Until when may I send the jacket back', means: /until when may i send the jacket back/ },
  { say: 'Do you keep my fingerprints or my address', means: /keep my fingerprints.*address/ },
  { say: 'Whom do I write to when I am not happy', means: /(who|whom) do i write to.*not happy/ },
  { say: 'We moved house and the letters go to the old place', means: /moved house.*old place/ },
  { say: 'I forgot to pay the invoice, is that bad', means: /forgot to pay the invoice/ },
  { say: 'Are there charges when my daughter pays in Spain', means: /charges when my daughter pays in spain/ },
  { say: 'Nobody picked up at the branch on Sunday', means: /nobody picked up.*branch on sunday/ },
  { say: 'Should I take an umbrella to Berlin tomorrow', means: /umbrella to berlin tomorrow/ },
  { say: 'Is the river in Paris clean enough to swim', means: /river in paris clean enough to swim/ },
  { say: 'Which team won the match last night', means: /which team won the match last night/ },
  { say: 'Tell my husband that I will be late', means: /tell my husband.*will be late/ },
  { say: 'The line is bad, I only got half of it', means: /line is bad.*half of it/ },
  { say: 'Slow down a little, I am writing this down', means: /slow down a little.*writing this down/ },
  { say: 'Are you a machine or am I talking to a girl', means: /are you a machine.*talking to a girl/ },
  { say: 'Let us leave it there for this evening', means: /leave it there for this evening/ },
  { say: 'I have to run, my train is here', means: /have to run.*train is here/ },
  { say: 'Four of the payments look strange to me', means: /four of the payments look strange/ },
  { say: 'Read only those above two hundred dollars', means: /only those above two hundred dollars/ },
  { say: 'Skip the small stuff and start with the rent', means: /skip the small stuff.*rent/ },
]; // prettier-ignore

/** The words that were spoken, as a recogniser writes them. */
export function spokenWords({ say, words }: Utterance): string {
  return (words ?? say)
    .toLowerCase()
    .replaceAll(/[^a-z' ]/gu, '')
    .replaceAll(/\s+/gu, ' ')
    .trim();
}
