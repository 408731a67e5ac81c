import { Module } from '@nestjs/common';
import { FlowsModule } from '../flows/flows.module.js';
import { RunsModule } from '../runs/runs.module.js';
import { TriggersModule } from '../triggers/triggers.module.js';
import { AgentRuns } from './agent-runs.service.js';
import { AgentToolsService } from './agent-tools.service.js';
import { AgentsController } from './agents.controller.js';
import { McpController } from './mcp.controller.js';
import { McpServer } from './mcp-server.service.js';

/** Agents: flows are their tools, called by the Model Context Protocol, and a call is a run like any other. */
@Module({
  imports: [FlowsModule, RunsModule, TriggersModule],
  controllers: [AgentsController, McpController],
  providers: [AgentRuns, AgentToolsService, McpServer],
})
export class AgentsModule {}
