import type { DirectoryAccountRow } from '@castellan/api';
import type { ReactNode } from 'react';
import { Facts } from '../../ui/facts.js';
import { RelativeTime } from '../../ui/relative-time.js';
import { AccountStatus } from './account-status.js';
import { accountTypeWords, mfaWords } from './record-words.js';

/** An account in the common form. What the system does not tell is left out. */
export function AccountFacts({ account }: { account: DirectoryAccountRow }) {
  const time = (at: string | null) => at && <RelativeTime at={at} />;
  const facts: [name: string, value: ReactNode][] = [
    ['Status', <AccountStatus key="status" account={account} />],
    ['Kind', accountTypeWords[account.accountType]],
    ['E-mail', account.email],
    ['Other addresses', account.emailAliases.join(', ')],
    ['Id in the system', account.externalId],
    ['Other id', account.secondaryKey],
    ['First name', account.givenName],
    ['Last name', account.familyName],
    ['Job title', account.jobTitle],
    ['Department', account.department],
    ['Location', account.location],
    ['Unit', account.organizationUnit],
    ['Manager', account.managerEmail],
    ['Phone', account.phoneNumber],
    ['Second factor', mfaWords[account.mfaState]],
    ['Signed in', time(account.lastLoginAt)],
    ['Begins', time(account.beginsAt)],
    ['Ends', time(account.endsAt)],
    ['First seen', time(account.firstSeenAt)],
    ['Changed', time(account.changedAt)],
    ['Removed', time(account.removedAt)],
  ];
  return (
    <Facts room="some">
      {facts.map(
        ([name, value]) =>
          value && (
            <div key={name} style={{ display: 'contents' }}>
              <dt>{name}</dt>
              <dd className="break-anywhere">{value}</dd>
            </div>
          ),
      )}
    </Facts>
  );
}
