/** Name of the file that a flow is exported to. */
export function fileName(flow: string | undefined): string {
  const words = (flow ?? '').toLowerCase().match(/[a-z0-9]+/g) ?? ['flow'];
  return `${words.join('-')}.json`;
}
