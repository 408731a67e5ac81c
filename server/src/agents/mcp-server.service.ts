import type { OfferedTool } from '@castellan/api';
import { Injectable, Logger } from '@nestjs/common';
import { z } from 'zod';
import { ApiError } from '../platform/errors.js';
import { release } from '../platform/release.js';
import type { Actor } from '../platform/routes/index.js';
import { AgentRuns, type RunReport } from './agent-runs.service.js';
import { AgentToolsService } from './agent-tools.service.js';
import {
  answered,
  CallParams,
  failed,
  InitializeParams,
  type Message,
  ProtocolError,
  protocolVersions,
} from './mcp-messages.js';

const instructions =
  'Each tool is a flow: a call starts a run of it, which keeps to the budgets, protected people and approvals of its workspace. When a run waits for a person, tell so and ask for it again later by read_run; do not call the tool a second time.';

const readRun = {
  name: 'read_run',
  title: 'Read a run',
  description: 'What came of a call that was still going on, or waited for a person: its answer, or how it stands.',
  inputSchema: {
    type: 'object',
    properties: { runId: { type: 'string', description: 'The id of the run, as the tool answered it.' } },
    required: ['runId'],
    additionalProperties: false,
  },
  annotations: { title: 'Read a run', readOnlyHint: true },
};
const ReadRunArguments = z.strictObject({ runId: z.uuid() });

/** The Model Context Protocol, without sessions: each message is answered by what the token that came with it may do. */
@Injectable()
export class McpServer {
  private readonly logger = new Logger('Agents');

  constructor(
    private readonly tools: AgentToolsService,
    private readonly runs: AgentRuns,
  ) {}

  /** @returns the answer; null where the message wants none */
  async answer(actor: Actor, message: Message): Promise<object | null> {
    const { id, method } = message;
    if (method === undefined || id === undefined) return null;
    try {
      return answered(id, await this.resultOf(actor, method, message.params ?? {}));
    } catch (error) {
      if (error instanceof ProtocolError) return failed(id, error);
      this.logger.error({ err: error, method }, 'A message of an agent was not answered');
      return failed(id, { code: -32603, message: 'The server could not answer. Try again later.' });
    }
  }

  private async resultOf(actor: Actor, method: string, params: object): Promise<object> {
    switch (method) {
      case 'initialize':
        return initialized(checked(InitializeParams, params).protocolVersion);
      case 'ping':
        return {};
      case 'tools/list':
        return { tools: await this.list(actor) };
      case 'tools/call': {
        const { name, arguments: given } = checked(CallParams, params);
        return this.call(actor, name, given);
      }
      default:
        throw new ProtocolError(-32601, `This server does not know the method ${method}.`);
    }
  }

  /** What the token may call, and no more. */
  private async list(actor: Actor): Promise<object[]> {
    const offered = actor.permissions.has('flow:run')
      ? await this.tools.list(actor.workspaceId, { enabled: true })
      : [];
    return [...offered.map(asTool), ...(actor.permissions.has('run:read') ? [readRun] : [])];
  }

  private async call(actor: Actor, name: string, given: Record<string, unknown>): Promise<object> {
    try {
      if (name === readRun.name && actor.permissions.has('run:read')) {
        const { runId } = checked(ReadRunArguments, given);
        return told(await this.runs.report(actor, runId));
      }
      const [tool] = actor.permissions.has('flow:run')
        ? await this.tools.list(actor.workspaceId, { name, enabled: true })
        : [];
      if (!tool) throw new ProtocolError(-32602, `There is no tool ${name} that this token may call.`);
      return told(await this.runs.call(actor, tool, given));
    } catch (error) {
      // What was wrong with the call is for the agent to read and mend.
      if (error instanceof ApiError && error.status < 500) return refused(error.message);
      throw error;
    }
  }
}

function initialized(wanted: string): object {
  const known: readonly string[] = protocolVersions;
  return {
    protocolVersion: known.includes(wanted) ? wanted : protocolVersions[0],
    capabilities: { tools: {} },
    serverInfo: { name: 'castellan', title: 'Castellan', version: release },
    instructions,
  };
}

/** Hints only: what is allowed is decided where the run calls. */
function asTool({ name, title, description, effect, input }: OfferedTool): object {
  const hints = { readOnlyHint: effect === 'read', destructiveHint: effect === 'destructive' };
  return { name, title, description, inputSchema: input, annotations: { title, ...hints } };
}

function told({ isError, ...report }: RunReport): object {
  return { content: [{ type: 'text', text: JSON.stringify(report) }], structuredContent: report, isError };
}

const refused = (message: string): object => ({ content: [{ type: 'text', text: message }], isError: true });

function checked<Schema extends z.ZodType>(schema: Schema, value: unknown): z.output<Schema> {
  const read = schema.safeParse(value);
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  throw new ProtocolError(-32602, `/${issue?.path.join('/') ?? ''}: ${issue?.message ?? 'wrong'}`);
}
