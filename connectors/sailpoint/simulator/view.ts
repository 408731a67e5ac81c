import type { SimulatorView } from '@castellan/sdk/simulator';
import type { SailpointState } from './state.js';

const columns = (titles: Record<string, string>) => Object.entries(titles).map(([key, title]) => ({ key, title }));

/** What the simulated tenant holds, for people; no secret. */
export function viewSailpoint(state: SailpointState): SimulatorView {
  return {
    tables: [
      accountTable(state),
      requestTable(state),
      campaignTable(state),
      subscriptionTable(state),
      invocationTable(state),
    ],
  };
}

function accountTable({ accounts, identities, sources }: SailpointState): SimulatorView['tables'][number] {
  return {
    title: 'Accounts',
    columns: columns({ person: 'Person', source: 'Source', account: 'Account', state: 'State' }),
    rows: accounts.map(({ identityId, sourceId, nativeIdentity, disabled, locked }) => ({
      person: identities.find(({ id }) => id === identityId)?.name ?? 'nobody',
      source: sources.find(({ id }) => id === sourceId)!.name,
      account: nativeIdentity,
      state: [disabled ? 'disabled' : 'enabled', ...(locked ? ['locked'] : [])].join(', '),
    })),
  };
}

function requestTable({ requests, approvals, access }: SailpointState): SimulatorView['tables'][number] {
  return {
    title: 'Access requests',
    columns: columns({ for: 'For', what: 'What', kind: 'Kind', state: 'State', approvers: 'Approvers' }),
    rows: requests.map(({ accessRequestId, requestedFor, item, requestType, state }) => ({
      for: requestedFor.name,
      what: access.find(({ id }) => id === item.id)!.name,
      kind: requestType === 'REVOKE_ACCESS' ? 'take away' : 'give',
      state,
      approvers: approvals
        .filter((each) => each.accessRequestId === accessRequestId)
        .map((each) => `${each.owner.name} (${each.state.toLowerCase()})`)
        .join(', '),
    })),
  };
}

function campaignTable({ campaigns, certifications }: SailpointState): SimulatorView['tables'][number] {
  return {
    title: 'Certification campaigns',
    columns: columns({ name: 'Name', type: 'Type', status: 'Status', signed: 'Signed off' }),
    rows: campaigns.map(({ id, name, type, status }) => {
      const parts = certifications.filter(({ campaignId }) => campaignId === id);
      const signed = parts.filter((each) => each.signed !== null).length;
      return { name, type, status, signed: `${signed} of ${parts.length}` };
    }),
  };
}

function subscriptionTable({ subscriptions }: SailpointState): SimulatorView['tables'][number] {
  return {
    title: 'Trigger subscriptions',
    columns: columns({ name: 'Name', trigger: 'Trigger', to: 'Told to', enabled: 'Enabled' }),
    rows: subscriptions.map(({ name, triggerId, httpConfig, eventBridgeConfig, enabled }) => ({
      ...{ name, enabled, trigger: triggerId },
      to: httpConfig?.url ?? `AWS account ${eventBridgeConfig?.awsAccount}`,
    })),
  };
}

function invocationTable({ invocations }: SailpointState): SimulatorView['tables'][number] {
  return {
    title: 'Events told',
    columns: columns({ at: 'At', trigger: 'Trigger', to: 'Subscription', came: 'What came of it' }),
    rows: invocations
      .toReversed()
      .slice(0, 100)
      .map(({ created, triggerId, subscriptionName, completed, output, error }) => ({
        ...{ at: created, trigger: triggerId, to: subscriptionName },
        came: completed === null ? 'waits for an answer' : (error ?? JSON.stringify(output ?? 'taken')),
      })),
  };
}
