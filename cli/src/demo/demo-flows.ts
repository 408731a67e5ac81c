import { flowRoutes, templateRoutes } from '@castellan/api';
import type { ApiClient } from '../api-client.js';

/** What the demo was given. */
export interface DemoFlows {
  installed: number;
  started: number;
}

/**
 * Installs each template on simulators, switches it on, and sends each of its samples to it as a real delivery. A
 * template that is installed already is left as people have made it since.
 */
export async function installDemoFlows(client: ApiClient): Promise<DemoFlows> {
  const templates = (await client.call(templateRoutes.list)).items;
  const flows = (await client.call(flowRoutes.list)).items;
  const done: DemoFlows = { installed: 0, started: 0 };
  for (const { id, flow: template } of templates) {
    if (flows.some(({ templateId }) => templateId === id)) continue;
    const flow = await installOnSimulators(client, id, Object.keys(template.connections ?? {}));
    done.installed++;
    const { samples } = await client.call(templateRoutes.get, { params: { id } });
    for (const { trigger, body, headers } of samples) {
      const delivery = await client.call(flowRoutes.sendSample, {
        params: { id: flow.id },
        body: { trigger, body, ...(headers === undefined ? {} : { headers }) },
      });
      if (delivery.runId !== null) done.started++;
    }
  }
  return done;
}

async function installOnSimulators(client: ApiClient, templateId: string, slots: string[]) {
  const connections = Object.fromEntries(slots.map((slot) => [slot, 'simulator' as const]));
  const flow = await client.call(templateRoutes.install, { params: { id: templateId }, body: { connections } });
  return client.call(flowRoutes.publish, { params: { id: flow.id }, body: {}, ifMatch: flow.revision });
}
