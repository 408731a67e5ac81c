import type { SimulatorView } from '@castellan/sdk/simulator';
import type { SailpointState } from './state.js';

const columns = (titles: Record<string, string>) => Object.entries(titles).map(([key, title]) => ({ key, title }));

/** What the simulated tenant holds, for people; no secret. */
export function viewSailpoint({ subscriptions, invocations }: SailpointState): SimulatorView {
  return {
    tables: [
      {
        title: 'Trigger subscriptions',
        columns: columns({ name: 'Name', trigger: 'Trigger', to: 'Told to', enabled: 'Enabled' }),
        rows: subscriptions.map(({ name, triggerId, httpConfig, eventBridgeConfig, enabled }) => ({
          ...{ name, enabled, trigger: triggerId },
          to: httpConfig?.url ?? `AWS account ${eventBridgeConfig?.awsAccount}`,
        })),
      },
      {
        title: 'Events told',
        columns: columns({ at: 'At', trigger: 'Trigger', to: 'Subscription', came: 'What came of it' }),
        rows: invocations
          .toReversed()
          .slice(0, 100)
          .map(({ created, triggerId, subscriptionName, completed, output, error }) => ({
            ...{ at: created, trigger: triggerId, to: subscriptionName },
            came: completed === null ? 'waits for an answer' : (error ?? JSON.stringify(output ?? 'taken')),
          })),
      },
    ],
  };
}
