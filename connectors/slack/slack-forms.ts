import type { SimulatedCall } from '@castellan/sdk/simulator';

/**
 * Slack takes the arguments of a method as a form, too, with objects as JSON in a field, and then by POST whatever the
 * method does (https://docs.slack.dev/apis/web-api): the same call in the form that the description shows.
 */
export function formsRead(description: { paths: object }, root: string): (call: SimulatedCall) => SimulatedCall {
  const paths = description.paths as Record<string, { get?: object }>;
  return (call) => {
    if (!call.headers['content-type']?.startsWith('application/x-www-form-urlencoded')) return call;
    const fields = (call.body ?? {}) as Record<string, string>;
    if (paths[call.path.slice(root.length)]?.get)
      return { ...call, method: 'GET', query: { ...call.query, ...fields } };
    const body = Object.fromEntries(
      Object.entries(fields).map(([name, value]) => [
        name,
        /^(?:[[{]|true$|false$)/.test(value) ? JSON.parse(value) : value,
      ]),
    );
    return { ...call, headers: { ...call.headers, 'content-type': 'application/json' }, body };
  };
}
