/** The tools that an agent can be given, for whoever checks agents without a database behind the tools. */
export const TOOL_NAMES = [
  'query_transactions',
  'send_email_report',
  'search_documents',
  'web_search',
  'generate_transaction_chart',
] as const;
