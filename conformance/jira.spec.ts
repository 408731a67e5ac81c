import type { ConnectionFields } from '@castellan/sdk';
import { ServiceDeskClient, Version3Client } from 'jira.js';
import { judge, testKey } from './judge.js';
import type { Sent, Wire } from './wire.js';

/** The SDK’s two clients, of the platform and of Service Management, on one site. */
function clientsOf({ agent }: Wire, { site, email, token }: ConnectionFields) {
  const config = {
    host: String(site),
    authentication: { basic: { email: String(email), apiToken: String(token) } },
    baseRequestConfig: { httpsAgent: agent, proxy: false as const },
  };
  return { platform: new Version3Client(config), desk: new ServiceDeskClient(config) };
}

/** A form with a file has another boundary each time. */
function asSent({ host, method, path, query, body }: Sent): object {
  return { host, method, path, query, body: typeof body === 'string' && body.includes(file) ? 'the file' : body };
}

const file = 'person,access\njane.doe,none\n';
const document = {
  type: 'doc',
  version: 1,
  content: [{ type: 'paragraph', content: [{ type: 'text', text: 'Done.' }] }],
};
const properties = [{ key: 'castellan.effect', value: { key: testKey } }];
const ada = '5b10a2844c20165700ede201';
const jane = '5b10a2844c20165700ede203';
const issueIdOrKey = 'OPS-1';
const onRequest = { issueIdOrKey: 'ITH-1' };
const allOnOnePage = { maxResults: 100 };
const servicePage = { limit: 50 };

judge({
  connector: 'jira',
  sdk: 'jira.js',
  client: clientsOf,
  headers: ['authorization', 'x-atlassian-token'],
  plain: asSent,
  test: { sdk: ({ platform }) => platform.myself.getCurrentUser() },
  cases: {
    createIssue: {
      input: {
        project: 'OPS',
        issueType: '10001',
        summary: 'Access changed',
        description: 'Done.',
        priority: '2',
        assignee: jane,
        labels: ['access'],
        dueDate: '2026-12-01',
      },
      sdk: ({ platform }) =>
        platform.issues.createIssue({
          fields: {
            project: { key: 'OPS' },
            issuetype: { id: '10001' },
            summary: 'Access changed',
            description: document,
            priority: { id: '2' },
            assignee: { accountId: jane },
            labels: ['access'],
            duedate: '2026-12-01',
          } as never,
          properties,
        }),
    },
    getIssue: {
      input: { issueKey: issueIdOrKey, fields: ['summary', 'status'] },
      sdk: ({ platform }) => platform.issues.getIssue({ issueIdOrKey, fields: ['summary', 'status'] }),
    },
    searchIssues: {
      input: { jql: 'project = OPS', fields: ['summary'] },
      sdk: ({ platform }) =>
        platform.issueSearch.searchForIssuesUsingJqlEnhancedSearchPost({
          jql: 'project = OPS',
          fields: ['summary'],
          ...allOnOnePage,
        }),
    },
    updateIssue: {
      input: { issueKey: issueIdOrKey, labels: ['access'], description: 'Done.' },
      sdk: ({ platform }) =>
        platform.issues.editIssue({ issueIdOrKey, fields: { description: document, labels: ['access'] } as never }),
    },
    assignIssue: {
      input: { issueKey: issueIdOrKey, accountId: jane },
      sdk: ({ platform }) => platform.issues.assignIssue({ issueIdOrKey, accountId: jane }),
    },
    deleteIssue: {
      input: { issueKey: issueIdOrKey, withSubtasks: true },
      sdk: ({ platform }) => platform.issues.deleteIssue({ issueIdOrKey, deleteSubtasks: 'true' as never }),
    },
    moveIssue: {
      input: { issueKey: issueIdOrKey, status: 'Done', resolution: 'Done', comment: 'Done.' },
      sdk: async ({ platform }) => {
        await platform.issues.getIssue({ issueIdOrKey, fields: ['status'] });
        const { transitions = [] } = await platform.issues.getTransitions({ issueIdOrKey });
        const { id } = transitions.find(({ to }) => to?.name === 'Done')!;
        await platform.issues.doTransition({
          issueIdOrKey,
          transition: { id: id! },
          fields: { resolution: { name: 'Done' } },
          update: { comment: [{ add: { body: document } }] },
        });
      },
    },
    listTransitions: {
      input: { issueKey: issueIdOrKey },
      sdk: ({ platform }) => platform.issues.getTransitions({ issueIdOrKey }),
    },
    addComment: {
      input: { issueKey: issueIdOrKey, text: 'Done.' },
      sdk: ({ platform }) => platform.issueComments.addComment({ issueIdOrKey, comment: document, properties }),
    },
    commentOnRequest: {
      input: { issueKey: 'ITH-1', text: 'Done.', public: false },
      sdk: ({ platform }) =>
        platform.issueComments.addComment({
          ...onRequest,
          comment: document,
          properties: [...properties, { key: 'sd.public.comment', value: { internal: true } }],
        }),
    },
    deleteComment: {
      input: { issueKey: issueIdOrKey, commentId: '9001' },
      sdk: ({ platform }) => platform.issueComments.deleteComment({ issueIdOrKey, id: '9001' }),
    },
    listComments: {
      input: { issueKey: issueIdOrKey },
      sdk: ({ platform }) => platform.issueComments.getComments({ issueIdOrKey, orderBy: 'created', ...allOnOnePage }),
    },
    attachFile: {
      input: { issueKey: issueIdOrKey, filename: 'evidence.csv', content: file, contentType: 'text/csv' },
      sdk: async ({ platform }) => {
        const attachment = { filename: 'evidence.csv', file: Buffer.from(file), mimeType: 'text/csv' };
        const [attached] = await platform.issueAttachments.addAttachment({ issueIdOrKey, attachment });
        if (attached?.filename !== 'evidence.csv') throw new Error('The SDK was not answered with its file.');
      },
    },
    listAttachments: {
      input: { issueKey: issueIdOrKey },
      sdk: ({ platform }) => platform.issues.getIssue({ issueIdOrKey, fields: ['attachment'] }),
    },
    deleteAttachment: {
      input: { attachmentId: '9100' },
      sdk: ({ platform }) => platform.issueAttachments.removeAttachment({ id: '9100' }),
    },
    addWatcher: {
      input: { issueKey: issueIdOrKey, accountId: jane },
      sdk: ({ platform }) => platform.issueWatchers.addWatcher({ issueIdOrKey, accountId: jane }),
    },
    removeWatcher: {
      input: { issueKey: issueIdOrKey, accountId: ada },
      sdk: ({ platform }) => platform.issueWatchers.removeWatcher({ issueIdOrKey, accountId: ada }),
    },
    listWatchers: {
      input: { issueKey: issueIdOrKey },
      sdk: ({ platform }) => platform.issueWatchers.getIssueWatchers({ issueIdOrKey }),
    },
    linkIssues: {
      input: { type: 'Blocks', from: 'OPS-1', to: 'OPS-2' },
      sdk: ({ platform }) =>
        platform.issueLinks.linkIssues({
          type: { name: 'Blocks' },
          inwardIssue: { key: 'OPS-1' },
          outwardIssue: { key: 'OPS-2' },
        }),
    },
    unlinkIssues: {
      input: { type: 'Relates', from: 'OPS-1', to: 'OPS-2' },
      sdk: async ({ platform }) => {
        const { fields } = await platform.issues.getIssue({ issueIdOrKey, fields: ['issuelinks'] });
        await platform.issueLinks.deleteIssueLink({ linkId: fields.issuelinks[0]!.id! });
      },
    },
    listLinkTypes: { input: {}, sdk: ({ platform }) => platform.issueLinkTypes.getIssueLinkTypes() },
    listProjects: {
      input: {},
      sdk: ({ platform }) => platform.projects.searchProjects({ orderBy: 'name', ...allOnOnePage }),
    },
    listIssueTypes: {
      input: { project: 'OPS' },
      sdk: ({ platform }) => platform.issues.getCreateIssueMetaIssueTypes({ projectIdOrKey: 'OPS', ...allOnOnePage }),
    },
    listCreateFields: {
      input: { project: 'OPS', issueType: '10001' },
      sdk: ({ platform }) =>
        platform.issues.getCreateIssueMetaIssueTypeId({
          projectIdOrKey: 'OPS',
          issueTypeId: '10001',
          ...allOnOnePage,
        }),
    },
    listFields: { input: {}, sdk: ({ platform }) => platform.issueFields.getFields() },
    listPriorities: {
      input: {},
      sdk: ({ platform }) => platform.issuePriorities.searchPriorities(allOnOnePage as never),
    },
    listUsers: {
      input: {},
      sdk: ({ platform }) => platform.users.getAllUsers({ startAt: 0, ...allOnOnePage }),
    },
    findUser: {
      input: { email: 'jane.doe@example.com' },
      sdk: ({ platform }) => platform.userSearch.findUsers({ query: 'jane.doe@example.com', ...allOnOnePage }),
    },
    createRequest: {
      input: { serviceDeskId: '1', requestTypeId: '11', summary: 'Access', onBehalfOf: jane, participants: [ada] },
      sdk: ({ desk }) =>
        desk.request.createCustomerRequest({
          serviceDeskId: '1',
          requestTypeId: '11',
          requestFieldValues: { summary: 'Access' },
          raiseOnBehalfOf: jane,
          requestParticipants: [ada],
        }),
    },
    getRequest: {
      input: { issueKey: 'ITH-1' },
      sdk: ({ desk }) => desk.request.getCustomerRequestByIdOrKey(onRequest),
    },
    doRequestTransition: {
      input: { issueKey: 'ITH-1', transitionId: '901', comment: 'No longer needed.' },
      sdk: ({ desk }) =>
        desk.request.performCustomerTransition({
          ...onRequest,
          id: '901',
          additionalComment: { body: 'No longer needed.' },
        }),
    },
    listRequestTransitions: {
      input: { issueKey: 'ITH-1' },
      sdk: ({ desk }) => desk.request.getCustomerTransitions({ ...onRequest, ...servicePage }),
    },
    addParticipants: {
      input: { issueKey: 'ITH-1', accountIds: [jane] },
      sdk: ({ desk }) => desk.request.addRequestParticipants({ ...onRequest, accountIds: [jane] }),
    },
    removeParticipants: {
      input: { issueKey: 'ITH-1', accountIds: [ada] },
      sdk: ({ desk }) => desk.request.removeRequestParticipants({ ...onRequest, accountIds: [ada] }),
    },
    listParticipants: {
      input: { issueKey: 'ITH-1' },
      sdk: ({ desk }) => desk.request.getRequestParticipants({ ...onRequest, ...servicePage }),
    },
    listServiceDesks: { input: {}, sdk: ({ desk }) => desk.serviceDesk.getServiceDesks(servicePage) },
    listRequestTypes: {
      input: { serviceDeskId: '1' },
      sdk: ({ desk }) => desk.serviceDesk.getRequestTypes({ serviceDeskId: '1' as never, ...servicePage }),
    },
    listRequestFields: {
      input: { serviceDeskId: '1', requestTypeId: '11' },
      sdk: ({ desk }) =>
        desk.serviceDesk.getRequestTypeFields({ serviceDeskId: '1' as never, requestTypeId: '11' as never }),
    },
    listApprovals: {
      input: { issueKey: 'ITH-1' },
      sdk: ({ desk }) => desk.request.getApprovals({ ...onRequest, ...servicePage }),
    },
    answerApproval: {
      input: { issueKey: 'ITH-1', approvalId: '1', decision: 'approve' },
      sdk: ({ desk }) => desk.request.answerApproval({ ...onRequest, approvalId: 1, decision: 'approve' } as never),
    },
  },
});
