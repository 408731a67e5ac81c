import { flowRoutes, type TemplateDetail, tableOfName, tableRoutes, templateRoutes } from '@castellan/api';
import type { ApiClient } from '../api-client.js';

/** What the demo was given. */
export interface DemoFlows {
  installed: number;
  started: number;
}

/**
 * Installs each template on simulators, with its tables, switches it on, and sends each of its samples to it as a real
 * delivery. A template that is installed already is left as people have made it since.
 */
export async function installDemoFlows(client: ApiClient): Promise<DemoFlows> {
  const templates = (await client.call(templateRoutes.list)).items;
  const flows = (await client.call(flowRoutes.list)).items;
  const done: DemoFlows = { installed: 0, started: 0 };
  const missing = templates.filter(({ id }) => !flows.some(({ templateId }) => templateId === id));
  const details = await Promise.all(missing.map(({ id }) => client.call(templateRoutes.get, { params: { id } })));
  // What several need is one table: made by whoever brings the most sample rows for it.
  for (const template of details.toSorted((a, b) => sampleRows(b) - sampleRows(a))) {
    const flow = await installOnSimulators(client, template);
    done.installed++;
    for (const { trigger, body, headers } of template.samples) {
      const delivery = await client.call(flowRoutes.sendSample, {
        params: { id: flow.id },
        body: { trigger, body, ...(headers === undefined ? {} : { headers }) },
      });
      if (delivery.runId !== null) done.started++;
    }
  }
  return done;
}

async function installOnSimulators(
  client: ApiClient,
  { id, flow: { connections: slots = {} }, tables = {} }: TemplateDetail,
) {
  const there = (await client.call(tableRoutes.list)).items;
  const connections = Object.fromEntries(
    Object.keys(slots as object).map((slot) => {
      const needed = tables[slot];
      return [slot, needed === undefined ? 'simulator' : (tableOfName(there, needed)?.id ?? 'new')];
    }),
  );
  const flow = await client.call(templateRoutes.install, { params: { id }, body: { connections } });
  return client.call(flowRoutes.publish, { params: { id: flow.id }, body: {}, ifMatch: flow.revision });
}

function sampleRows({ tables = {} }: TemplateDetail): number {
  return Object.values(tables).reduce((sum, { rows }) => sum + rows.length, 0);
}
