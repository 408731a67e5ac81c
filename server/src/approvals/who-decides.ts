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
export type Question = Pick<Approval, 'approvers' | 'subject' | 'startedBy' | 'decisions'>;

/** By what names an approval asks somebody. */
export const namesOf = ({ email, role }: Pick<Decider, 'email' | 'role'>): string[] => [
  email.toLowerCase(),
  `role:${role}`,
];

/** Whether the approval asks this person, who is not kept from it. Somebody who has decided stays one who may. */
export function mayDecide(person: Decider, question: Question): boolean {
  if (!person.permissions.has('approval:decide') || isBarred(person, question)) return false;
  return namesOf(person).some((name) => question.approvers.includes(name));
}

/** Whom it is about never decides it, nor who started the run where the approval names them; in any spelling. */
export function isBarred(person: Pick<Decider, 'email' | 'name'>, { subject, startedBy }: Question): boolean {
  return (subject !== null && isAbout(person, subject)) || startedBy.some((who) => isSamePerson(person.email, who));
}

export const hasDecided = (email: string, { decisions }: Question): boolean =>
  decisions.some(({ by }) => isSamePerson(email, by));

function isAbout({ email, name }: Pick<Decider, 'email' | 'name'>, subject: string): boolean {
  const own = mailboxOf(email);
  return (
    isSamePerson(email, subject) ||
    (own !== null && mailboxesIn(subject).includes(own)) ||
    plainName(subject) === plainName(name)
  );
}

/** Two spellings of one address. */
export function isSamePerson(one: string, other: string): boolean {
  const own = mailboxOf(one);
  return one.toLowerCase() === other.toLowerCase() || (own !== null && own === mailboxOf(other));
}

const plainName = (name: string): string => name.normalize('NFKC').trim().replace(/\s+/g, ' ').toLowerCase();
