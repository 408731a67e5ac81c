import { createHash } from 'node:crypto';
import type { ApprovalQuestion, ApprovalRecipient } from '@castellan/sdk';
import { Injectable } from '@nestjs/common';
import { ConnectionsService } from '../connections/connections.service.js';
import type { Chat } from '../operations/approval-chat.js';
import { OperationsService } from '../operations/operations.service.js';
import { Addresses } from '../platform/addresses.js';
import { Database } from '../platform/database/index.js';
import { ApiError } from '../platform/errors.js';
import { ApprovalLinks } from './approval-links.service.js';
import type { DueApproval } from './approval-messages.js';
import { type AskedPerson, askedPeople } from './asked-people.js';

const callMs = 10_000;

/** An approval as one recipient is asked. */
export type AskedApproval = DueApproval & Pick<ApprovalQuestion, 'for'>;

/** The chats and mail servers in which approvals are asked for, and what is asked there. */
@Injectable()
export class ApprovalChats {
  constructor(
    private readonly database: Database,
    private readonly connections: ConnectionsService,
    private readonly operations: OperationsService,
    private readonly addresses: Addresses,
    private readonly links: ApprovalLinks,
  ) {}

  /** Each person who is asked, or the one channel in which all are, in the place of an address. */
  async recipientsOf(approval: DueApproval): Promise<AskedPerson[]> {
    const { channel } = approval.ask;
    return channel === null ? askedPeople(this.database, approval) : [{ email: channel, for: null }];
  }

  /** What is sent to this recipient has one key; each reminder, by its number, another. */
  async open({ id, workspaceId, ask }: DueApproval, recipient: string, reminder = 0): Promise<Chat> {
    const connection = await this.connections.open(this.database, workspaceId, ask.connectionId);
    const named = ['approval', id, recipient, ...(reminder > 0 ? [reminder] : [])];
    const idempotencyKey = createHash('sha256').update(JSON.stringify(named)).digest('hex');
    const chat = this.operations.approvalChat(connection, { idempotencyKey, timeoutMs: callMs });
    if (!chat) throw new ApiError('not_found', `Approvals cannot be asked for by “${connection.name}”.`);
    return chat;
  }

  /** Where no answer comes back, the address is a signed link of the recipient. */
  questionOf(approval: AskedApproval, recipient: string, chat: Chat): ApprovalQuestion {
    const { workspaceId, flowName, approvers, startedBy, ask, standing, attempts, ...rest } = approval;
    const url =
      chat.answers === null
        ? this.links.urlOf(approval.id, recipient)
        : this.addresses.approval(workspaceId, approval.id);
    return { ...rest, flow: flowName, url };
  }
}

export const recipientOf = ({ ask }: DueApproval, recipient: string): ApprovalRecipient =>
  ask.channel === null ? { email: recipient } : { channel: recipient };
