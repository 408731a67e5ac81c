/** What a link out of an e-mail says: which approval is asked of whom. */
export interface LinkFacts {
  approvalId: string;
  /** E-mail address. */
  recipient: string;
}

const separator = '.';
const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** A link's text: the approval, the recipient in base64url, and the signature over both. */
export function signLink({ approvalId, recipient }: LinkFacts, sign: (text: string) => string): string {
  const said = [approvalId, Buffer.from(recipient).toString('base64url')].join(separator);
  return [said, sign(said)].join(separator);
}

/** What a link says; null for one that is not, in every character, as it was signed. */
export function readLink(link: string, isSigned: (text: string, signature: string) => boolean): LinkFacts | null {
  const [approvalId = '', recipient = '', signature = '', ...more] = link.split(separator);
  if (more.length > 0 || !uuid.test(approvalId) || !isSigned([approvalId, recipient].join(separator), signature)) {
    return null;
  }
  return { approvalId, recipient: Buffer.from(recipient, 'base64url').toString() };
}
