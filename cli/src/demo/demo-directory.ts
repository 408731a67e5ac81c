import { connectionRoutes, integrationRoutes } from '@castellan/api';
import type { ApiClient } from '../api-client.js';

/**
 * Has the simulated Google Workspace of the demo's templates read into the directory, so that there are people and groups.
 * True when it was added; false where there is an integration, or nothing that one could read.
 */
export async function addDemoDirectory(client: ApiClient): Promise<boolean> {
  const integrations = (await client.call(integrationRoutes.list)).items;
  const connections = (await client.call(connectionRoutes.list)).items;
  const connection = connections.find(({ connector, simulator }) => connector === 'google-workspace' && simulator);
  if (integrations.length > 0 || connection === undefined) return false;
  await client.call(integrationRoutes.create, {
    body: { connectionId: connection.id, name: 'Google Workspace', primaryDirectory: true },
  });
  return true;
}
