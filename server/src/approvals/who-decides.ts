import type { Approval, Permission, Role } from '@castellan/api';
import { mailboxesIn, mailboxOf } from '../safety/spellings.js';

/** Somebody who may want to decide. */
export interface Decider {
  email: string;
  name: string;
  role: Role;
  permissions: ReadonlySet<Permission>;
}

/** What an approval says of who decides it. */
export type Question = Pick<Approval, 'kind' | 'approvers' | 'subject' | 'startedBy' | 'decisions'>;

/** By what names an approval asks somebody. */
export const namesOf = ({ email, role }: Pick<Decider, 'email' | 'role'>): string[] => [
  email.toLowerCase(),
  `role:${role}`,
];

/** As whom somebody decides: in their own right, or for somebody who was asked. */
export interface Capacity {
  for: string | null;
}

/**
 * As whom a person decides an approval; null where they do not. A deputy decides for whom they stand in, but not for
 * somebody who must not decide it, who has decided it, or for whom it was decided; nor what they must not decide
 * themselves. What is held back of protected people an administrator lets through in person. Somebody who has decided
 * keeps the capacity in which they may.
 */
export function capacityOf(person: Decider, standsInFor: Decider[], question: Question): Capacity | null {
  if (isBarred(person, question) || !person.permissions.has('approval:decide')) return null;
  if (isAsked(person, question)) return { for: null };
  if (question.kind === 'protected') return null;
  const own = standsInFor.find(
    (one) =>
      one.permissions.has('approval:decide') &&
      isAsked(one, question) &&
      !isBarred(one, question) &&
      !hasDecided(one.email, question.decisions),
  );
  return own ? { for: own.email } : null;
}

const isAsked = (person: Decider, { approvers }: Question): boolean =>
  namesOf(person).some((name) => approvers.includes(name));

/** Whom it is about never decides it, nor who started the run where the approval names them; in any spelling. */
export function isBarred(
  person: Pick<Decider, 'email' | 'name'>,
  { subject, startedBy }: Pick<Question, 'subject' | 'startedBy'>,
): boolean {
  return (subject !== null && isAbout(person, subject)) || startedBy.some((who) => isSamePerson(person.email, who));
}

/** Themselves, or their deputy for them. */
export const hasDecided = (email: string, decisions: { by: string; for?: string | undefined }[]): boolean =>
  decisions.some((decision) => isSamePerson(email, decision.by) || isSamePerson(email, decision.for ?? ''));

function isAbout({ email, name }: Pick<Decider, 'email' | 'name'>, subject: string): boolean {
  const own = mailboxOf(email);
  return (
    isSamePerson(email, subject) ||
    (own !== null && mailboxesIn(subject).includes(own)) ||
    plainName(subject) === plainName(name)
  );
}

/** Two spellings of one address. */
function isSamePerson(one: string, other: string): boolean {
  const own = mailboxOf(one);
  return one.toLowerCase() === other.toLowerCase() || (own !== null && own === mailboxOf(other));
}

const plainName = (name: string): string => name.normalize('NFKC').trim().replace(/\s+/g, ' ').toLowerCase();
