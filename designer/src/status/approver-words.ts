/** Approvers as a flow names them, in words: `role:admin` is any admin; people stay as they are. */
export function approverWords(approvers: string): string {
  return approvers.replace(/\brole:([a-z]+)/g, 'any $1');
}
