/** What a browser must be told before a page of another origin may read an answer. Without a header none may. */
export function corsHeaders(allowed: string[] | undefined, origin: string | undefined): Record<string, string> {
  if (!allowed || origin === undefined) return {};
  const allow = allowed.includes('*') ? '*' : allowed.find((each) => each === origin);
  // What is answered depends on who asks, so a cache must keep the answers apart.
  return { vary: 'Origin', ...(allow === undefined ? {} : { 'access-control-allow-origin': allow }) };
}

/** The answer to a browser that asks whether it may call; null where it may not, or did not ask. */
export function preflightHeaders(
  { cors, methods }: { cors?: string[]; methods: string[] },
  { method, headers }: { method: string; headers: Record<string, string> },
): Record<string, string> | null {
  if (method !== 'OPTIONS' || headers['access-control-request-method'] === undefined) return null;
  const allowed = corsHeaders(cors, headers.origin);
  if (allowed['access-control-allow-origin'] === undefined) return null;
  const wanted = headers['access-control-request-headers'];
  return {
    ...allowed,
    'access-control-allow-methods': methods.join(', '),
    ...(wanted !== undefined && /^[\w\s,-]{1,1000}$/.test(wanted) ? { 'access-control-allow-headers': wanted } : {}),
    'access-control-max-age': '600',
  };
}
