// How this restaurant's callers speak, for the keyless recogniser.
import type { SpeechDomain } from '../../src/stt/domain.port.js';

const HOURS = ['five', 'six', 'seven', 'seven', 'eight', 'eight', 'nine'];

export const SPEECH: SpeechDomain = {
  sections: [
    {
      weight: 40,
      templates: [
        '{asking2} a table for {party} [on {when2}] [at {clock}]',
        '{asking2} a table [on] {when2} [at {clock}] for {party}',
        '(book|reserve) [me|us] a table for {party} [(on|for)] {when2} at {clock} [please]',
        'a table for {party} [on] {when2} at {clock} [please]',
        '(do you have|have you got|is there) (a|any) table [free] [for {party}] [on] {when2} [at {clock}]',
        '(is|are) (anything|any tables|a table) (free|available) [on] {when2} [at {clock}] [for {party}]',
        'can we come [on] {when2} at {clock}',
      ],
    },
    {
      weight: 24,
      templates: [
        '[on] {when2} [at {clock}]',
        '[at] {clock}',
        '(for|we are|there are|there will be|it is) {party} [people|of us]',
        '{party} (people|guests)',
        '(book|reserve) (it|that|the table) [please]',
        '(and|what about|how about) {when2} [at {clock}]',
        'my name is {lastname}',
        'the name is {lastname}',
        'under {lastname}',
        '(in|under) the name [of] {lastname}',
        '{lastname}',
      ],
    },
  ],
  slots: {
    agent: ['rosa'],
    detail: ['{when2}', '{clock}', 'for {party}'],
    deed: ['book it', 'book the table', 'reserve it'],
    asking2: [
      'i would like',
      'i would like to book',
      'i want to book',
      'can i book',
      'can i have',
      'could i get',
      'we need',
      'please book',
      'i need',
    ],
    party: ['two', 'two', 'three', 'four', 'four', 'five', 'six', 'seven', 'eight'],
    clock: [
      ...HOURS,
      ...HOURS,
      "{hour} o'clock",
      '{hour} thirty',
      'half past {hour}',
      'a quarter past {hour}',
      'a quarter to {hour}',
      '{hour} p m',
      '{hour} in the evening',
    ],
    hour: HOURS,
    weekday: ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'friday', 'saturday', 'saturday', 'sunday'],
    when2: [
      '{weekday}',
      '{weekday}',
      '{weekday}',
      'next {weekday}',
      'this {weekday}',
      'tonight',
      'tomorrow',
      'tomorrow evening',
      '{weekday} evening',
      'the {day} of {month}',
      '{month} {day}',
    ],
    lastname: ['garcia', 'moreno', 'smith', 'jones', 'miller', 'brown', 'wilson', 'davis', 'martin', 'lopez', 'taylor'],
  },
  numbers: {},
  keyTerms: [],
};
