// What an agent's file says of calls that it places and a machine answers.
import { z } from 'zod';

export const answerPolicySchema = z.strictObject({
  /** A machine that takes messages: nothing is said to it, or this. */
  voicemail: z
    .union([z.literal('hang-up'), z.strictObject({ message: z.string().trim().min(1).max(1000) })])
    .default('hang-up'),
  /** A menu: hang up, or press the key for a person. */
  menu: z.enum(['hang-up', 'operator']).default('hang-up'),
});

export type AnswerPolicy = z.output<typeof answerPolicySchema>;
