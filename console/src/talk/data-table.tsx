import { Fold } from '../parts/fold.js';
import { money } from '../parts/format.js';
import type { Table } from './lines.js';

/** Rows that are shown before somebody asks for all. */
const FIRST = 5;

type Column = Table['columns'][number];

/** The rows that a tool found. */
export function DataTable({ table }: { readonly table: Table }) {
  const { title, columns, rows, total } = table;
  return (
    <div class="rows">
      <Rows title={title} columns={columns} rows={rows.slice(0, FIRST)} />
      {rows.length > FIRST && (
        <Fold summary={rows.length === total ? `All ${total} rows` : `${rows.length} of ${total} rows`}>
          {() => <Rows title={`${title}, whole`} columns={columns} rows={rows} />}
        </Fold>
      )}
    </div>
  );
}

function Rows({ title, columns, rows }: Pick<Table, 'title' | 'columns' | 'rows'>) {
  return (
    <div class="scroll" tabIndex={0} role="region" aria-label={title}>
      <table>
        <caption>{title}</caption>
        <thead>
          <tr>
            {columns.map(({ name, kind }) => (
              <th key={name} scope="col" class={kind}>
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, at) => (
            <tr key={at}>
              {columns.map((column, index) => (
                <td key={column.name} class={column.kind}>
                  {cell(row[index], column)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function cell(value: unknown, { kind, currency }: Column): string {
  if (value === null || value === undefined) return '';
  if (kind === 'money' && typeof value === 'number') return money(value, currency ?? 'USD');
  return typeof value === 'string' ? value : JSON.stringify(value);
}
