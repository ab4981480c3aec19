/** Whether an OPENAI_BASE_URL (or none) leads to OpenAI, which answers nobody without a key. Servers of one's own need none. */
export function isOpenAi(baseUrl: string | undefined): boolean {
  if (baseUrl === undefined) return true;
  const { hostname } = new URL(baseUrl);
  return hostname === 'openai.com' || hostname.endsWith('.openai.com');
}
