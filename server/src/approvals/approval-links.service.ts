import type { ApprovalLink } from '@castellan/api';
import { Injectable } from '@nestjs/common';
import { Addresses } from '../platform/addresses.js';
import { Sealer } from '../platform/crypto/index.js';
import { Database } from '../platform/database/index.js';
import { ApiError } from '../platform/errors.js';
import type { Person } from '../platform/routes/index.js';
import { readLink, signLink } from './approval-link.js';
import { actorByEmail } from './asked-people.js';
import { standsInFor } from './deputy-rows.js';
import { capacityOf, hasDecided, type Question } from './who-decides.js';

const over = {
  approved: 'It was approved.',
  rejected: 'It was rejected.',
  timeout: 'Nobody decided in time.',
  closed: 'Its run needs no decision any more.',
};

interface Linked extends Question {
  workspaceId: string;
  status: 'open' | keyof typeof over;
}

/** Links out of e-mails: each leads one who was asked to the page of one approval while it is open, and decides nothing. */
@Injectable()
export class ApprovalLinks {
  constructor(
    private readonly database: Database,
    private readonly addresses: Addresses,
    private readonly sealer: Sealer,
  ) {}

  urlOf(approvalId: string, recipient: string): string {
    return this.addresses.approvalLink(signLink({ approvalId, recipient }, (text) => this.sealer.sign(text)));
  }

  /** Where a link leads; rejects for whoever was not asked, and when it is over. */
  async follow(person: Person, link: string): Promise<ApprovalLink> {
    const read = readLink(link, (text, signature) => this.sealer.isSigned(text, signature));
    if (!read) {
      throw new ApiError(
        'not_found',
        'This is not the link that was sent: it was changed or cut off. Open it from the e-mail again, or look under Approvals.',
      );
    }
    const { approvalId, recipient } = read;
    const [approval] = await this.database.query<Linked>(
      `select workspace_id as "workspaceId", status, kind, approvers, subject, started_by as "startedBy", decisions
         from approvals where id = $1 and kept_from is null`,
      [approvalId],
    );
    if (!approval) throw new ApiError('not_found', 'What this link led to is not kept any more.');
    const { workspaceId, status } = approval;
    const actor = await actorByEmail(this.database, workspaceId, person.email);
    const wasAsked =
      actor !== null &&
      (hasDecided(actor.email, approval.decisions) ||
        capacityOf(actor, await standsInFor(this.database, actor), approval) !== null);
    if (!wasAsked) {
      throw new ApiError(
        'forbidden',
        `This was asked of ${recipient}. You are signed in as ${person.email}, who does not decide it.`,
      );
    }
    if (status !== 'open') {
      throw new ApiError('conflict', `This link is over. ${over[status]}`, { workspaceId, approvalId });
    }
    return { workspaceId, approvalId };
  }
}
