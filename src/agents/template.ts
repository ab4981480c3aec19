import { MAX_VARIABLE_CHARS } from '../bounds/texts.port.js';

/** `{{name}}` or `{{name|what to say without it}}`; names are dotted paths such as `claims.name`. */
const PLACEHOLDER = /\{\{\s*([\w.-]{1,64})\s*(?:\|([^{}]{0,200}))?\}\}/g;

/**
 * Fills a template. Values are data: control characters and line breaks are flattened so that a claim or a client's
 * variable cannot add lines to the instructions, and placeholders inside values are not filled again.
 */
export function fill(template: string, values: ReadonlyMap<string, string>): string {
  return template.replace(PLACEHOLDER, (_whole, name: string, fallback: string | undefined) => {
    const value = values.get(name);
    if (value === undefined || value === '') return (fallback ?? '').trim();
    // eslint-disable-next-line no-control-regex -- control characters are what is being removed
    return value.replace(/[\u0000-\u001f\u007f\u2028\u2029]+/g, ' ').slice(0, MAX_VARIABLE_CHARS);
  });
}
