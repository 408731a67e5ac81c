import { z } from 'zod';
import { Id } from './page.js';
import { route } from './route.js';

/** A flow that agents can start by the MCP server, with its manual trigger's form as arguments. */
export const OfferedTool = z
  .object({
    /** What agents call it by. */
    name: z.string(),
    title: z.string(),
    description: z.string(),
    flowId: Id,
    flowName: z.string(),
    triggerId: z.string(),
    /** Whether the flow is switched on; agents see only those that are. */
    enabled: z.boolean(),
    /** The most that its steps may do elsewhere: read, write, or take something away. */
    effect: z.enum(['read', 'write', 'destructive']),
    simulated: z.boolean(),
    /** JSON Schema of its arguments. */
    input: z.record(z.string(), z.unknown()),
  })
  .meta({ id: 'OfferedTool' });
export type OfferedTool = z.infer<typeof OfferedTool>;

export const agentRoutes = {
  tools: route({
    method: 'GET',
    path: '/workspaces/:ws/agents/tools',
    access: 'flow:read',
    summary: 'The tools that flows offer to agents, and the address of the MCP server',
    answer: z.object({ url: z.string(), items: z.array(OfferedTool) }),
  }),
};
