import { Controller, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { originOf } from '../auth/own-origin.js';
import { Addresses } from '../platform/addresses.js';
import { ApiError } from '../platform/errors.js';
import { type Actor, Authenticator, OnOutside } from '../platform/routes/index.js';
import { parseJson } from '../platform/routes/json-body.js';
import { failed, Message, protocolVersions } from './mcp-messages.js';
import { McpServer } from './mcp-server.service.js';

/** So many messages of one token are answered at a time in a process. */
const openCalls = 20;

/**
 * The address of the Model Context Protocol (streamable HTTP, without sessions and streams): a message by POST, its answer
 * as JSON. Who calls is said by an API token, never by a browser's session.
 */
@Controller()
export class McpController {
  private readonly open = new Map<string, number>();

  constructor(
    private readonly authenticator: Authenticator,
    private readonly addresses: Addresses,
    private readonly server: McpServer,
  ) {}

  @OnOutside('ALL', '/mcp')
  async take(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    void reply.headers({ 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' });
    if (originOf(request, this.addresses.origin) === 'foreign')
      throw new ApiError('forbidden', 'This did not come from a page of this server.');
    const actor = await this.authenticator.program(request);
    if (!actor) {
      void reply.header('www-authenticate', 'Bearer realm="castellan"');
      throw new ApiError('unauthenticated', 'Send an API token of the workspace as Authorization: Bearer.');
    }
    if (request.method !== 'POST') {
      void reply.status(405).header('allow', 'POST').send();
      return;
    }
    const { status, body } = await this.inTurn(actor, () => this.answer(actor, request));
    void reply.status(status).type('application/json').send(body);
  }

  private async answer(actor: Actor, request: FastifyRequest): Promise<{ status: number; body: object | string }> {
    const version = request.headers['mcp-protocol-version'];
    if (version !== undefined && !(protocolVersions as readonly unknown[]).includes(version))
      return refusal(-32600, `This server speaks the revisions ${protocolVersions.join(', ')}.`);
    let given: unknown;
    try {
      given = parseJson(request);
    } catch (error) {
      if (error instanceof ApiError) return refusal(-32700, error.message);
      throw error;
    }
    const message = Message.safeParse(given);
    if (!message.success) return refusal(-32600, 'The body is no single message of JSON-RPC 2.0.');
    const answer = await this.server.answer(actor, message.data);
    return answer ? { status: 200, body: answer } : { status: 202, body: '' };
  }

  /** An agent that calls without end holds up nobody but itself. */
  private async inTurn<Result>({ tokenId }: Actor, work: () => Promise<Result>): Promise<Result> {
    const key = tokenId ?? '';
    const others = this.open.get(key) ?? 0;
    if (others >= openCalls) throw new ApiError('rate_limited', `${openCalls} calls of this token are under way.`);
    this.open.set(key, others + 1);
    try {
      return await work();
    } finally {
      const left = (this.open.get(key) ?? 1) - 1;
      if (left > 0) this.open.set(key, left);
      else this.open.delete(key);
    }
  }
}

const refusal = (code: -32600 | -32700, message: string) => ({ status: 400, body: failed(null, { code, message }) });
