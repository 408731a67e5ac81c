import type { JsonObject, JsonValue } from '@castellan/sdk';
import type { SimulatedTokens } from '@castellan/sdk/simulator';

export interface Ref {
  type: string;
  id: string;
  name: string;
}

export interface SailpointIdentity {
  id: string;
  name: string;
  alias: string;
  email: string;
  managerId: string | null;
  lifecycleState: string;
  attributes: JsonObject;
}

export interface SailpointAccount {
  id: string;
  name: string;
  nativeIdentity: string;
  sourceId: string;
  /** Null: it belongs to nobody. */
  identityId: string | null;
  disabled: boolean;
  locked: boolean;
}

export interface SailpointSource {
  id: string;
  name: string;
  type: string;
  connector: string;
  authoritative: boolean;
  owner: Ref;
}

/** A role, access profile or entitlement. */
export interface SailpointAccess {
  id: string;
  name: string;
  type: 'ROLE' | 'ACCESS_PROFILE' | 'ENTITLEMENT';
  description: string;
  owner: Ref;
  sourceId: string;
  /** What it gives, by id. */
  gives: string[];
  value: string;
  privileged: boolean;
}

/** One item that somebody asked for. */
export interface SailpointRequest {
  accessRequestId: string;
  item: { type: SailpointAccess['type']; id: string; comment?: string; removeDate?: string };
  requestType: 'GRANT_ACCESS' | 'REVOKE_ACCESS' | 'MODIFY_ACCESS';
  state: 'EXECUTING' | 'REQUEST_COMPLETED' | 'REJECTED' | 'CANCELLED' | 'ERROR';
  requestedFor: Ref;
  requester: Ref;
  created: string;
  modified: string;
  clientMetadata: JsonObject | null;
  /** How the trigger decided that runs before the approvals. */
  preApproval: { comment: string; reviewer: string; decision: 'APPROVED' | 'REJECTED' } | null;
  problem: string | null;
}

export interface SailpointApproval {
  id: string;
  accessRequestId: string;
  owner: Ref;
  state: 'PENDING' | 'APPROVED' | 'REJECTED' | 'CANCELLED';
  reviewedBy: Ref | null;
  comment: string | null;
  created: string;
  modified: string;
}

export interface SailpointActivity {
  id: string;
  type: string;
  created: string;
  by: Ref;
  for: Ref;
  operation: string;
  sourceId: string;
  nativeIdentity: string;
}

export interface SailpointWorkItem {
  id: string;
  name: string;
  description: string;
  state: 'Pending' | 'Finished';
  type: string;
  owner: Ref;
  created: string;
}

export interface SailpointCampaign {
  id: string;
  name: string;
  description: string;
  type: string;
  status: 'STAGED' | 'ACTIVE' | 'COMPLETED';
  deadline: string | null;
  created: string;
  emailNotificationEnabled: boolean;
  autoRevokeAllowed: boolean;
}

export interface SailpointCertification {
  id: string;
  name: string;
  campaignId: string;
  reviewer: Ref;
  signed: string | null;
  created: string;
}

export interface SailpointReviewItem {
  id: string;
  certificationId: string;
  identity: Ref;
  accessId: string;
  decision: 'APPROVE' | 'REVOKE' | null;
  comments: string | null;
}

export interface SailpointSavedSearch {
  id: string;
  name: string;
  description: string;
  indices: string[];
  query: string;
  owner: Ref;
}

export interface SailpointSubscription {
  id: string;
  name: string;
  description?: string;
  triggerId: string;
  triggerName: string;
  type: string;
  responseDeadline: string;
  httpConfig?: {
    url: string;
    httpDispatchMode: 'SYNC' | 'ASYNC' | 'DYNAMIC';
    httpAuthenticationType?: 'NO_AUTH' | 'BASIC_AUTH' | 'BEARER_TOKEN';
    basicAuthConfig?: { userName?: string; password?: string | null } | null;
    bearerTokenAuthConfig?: { bearerToken?: string | null } | null;
  };
  eventBridgeConfig?: { awsAccount: string; awsRegion: string };
  enabled: boolean;
  filter?: string;
}

/** One event told to one subscription. */
export interface SailpointInvocation {
  id: string;
  triggerId: string;
  subscriptionId: string;
  subscriptionName: string;
  type: 'TEST' | 'REAL_TIME';
  secret: string;
  created: string;
  /** Until when an answer is waited for, that is given later. */
  deadline: string;
  /** Null while an answer is waited for. */
  completed: string | null;
  input: JsonObject;
  contentJson: JsonObject;
  output: JsonValue;
  /** Why there is no answer. */
  error: string | null;
}

export interface SailpointState {
  tokens: SimulatedTokens;
  identities: SailpointIdentity[];
  sources: SailpointSource[];
  accounts: SailpointAccount[];
  access: SailpointAccess[];
  /** Who has which access, by ids. */
  held: { identityId: string; accessId: string }[];
  requests: SailpointRequest[];
  approvals: SailpointApproval[];
  activities: SailpointActivity[];
  workItems: SailpointWorkItem[];
  campaigns: SailpointCampaign[];
  certifications: SailpointCertification[];
  reviewItems: SailpointReviewItem[];
  savedSearches: SailpointSavedSearch[];
  /** Reports that were mailed. */
  reports: { at: string; search: string; to: string[] }[];
  subscriptions: SailpointSubscription[];
  /** Newest last. */
  invocations: SailpointInvocation[];
}
