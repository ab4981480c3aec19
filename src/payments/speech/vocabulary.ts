// The names that a caller may use, as he says them: of clients, of the shops that they pay, of categories.
import type { Access } from '../../database/data.port.js';
import type { Vocabulary } from '../../stt/domain.port.js';
import type { BusinessData } from '../data/business-data.port.js';

/** Of each kind; who has more clients names most of them by number. */
const MOST = 150;

/** By the names of the planner's slots. Throws DataError. */
export async function vocabularyOf(data: BusinessData, access: Access): Promise<Vocabulary> {
  const { clients, merchants, categories } = await data.callerNames(MOST, access);
  return {
    client: [...clients, ...firstNamesOf(clients)],
    merchant: merchants,
    category: categories.map((category) => category.toLowerCase()),
  };
}

/** "Ada" of "Ada Park": whoever shares it is asked which one is meant. */
const firstNamesOf = (names: readonly string[]): readonly string[] => [
  ...new Set(names.map((name) => name.trim().split(/\s+/)[0] ?? '').filter((name) => name !== '')),
];
