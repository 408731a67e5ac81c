/** The least that a workflow can do. */
export async function answer(body: unknown): Promise<unknown> {
  return body;
}
