import { routes } from '@castellan/api';
import { Controller } from '@nestjs/common';
import { Addresses } from '../platform/addresses.js';
import { Actor, On } from '../platform/routes/index.js';
import { AgentToolsService } from './agent-tools.service.js';

@Controller()
export class AgentsController {
  constructor(
    private readonly tools: AgentToolsService,
    private readonly addresses: Addresses,
  ) {}

  @On(routes.agents.tools)
  async list(@Actor() { workspaceId }: Actor) {
    return { url: this.addresses.mcp, items: await this.tools.list(workspaceId) };
  }
}
