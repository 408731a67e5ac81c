export interface OpalUser {
  user_id: string;
  email: string;
  full_name: string;
  first_name: string;
  last_name: string;
  position: string;
  hr_idp_status: string;
}

export interface OpalLevel {
  access_level_name: string;
  access_level_remote_id: string;
}

/** How access to something is asked for. */
export interface OpalRequestConfiguration {
  organization_id: string;
  allow_requests: boolean;
  auto_approval: boolean;
  require_mfa_to_request: boolean;
  require_support_ticket: boolean;
  priority: number;
  reviewer_stages: {
    stage: number;
    operator: 'AND' | 'OR';
    require_manager_approval: boolean;
    owner_ids: string[];
  }[];
}

export interface OpalResource {
  resource_id: string;
  name: string;
  description: string;
  resource_type: string;
  app_id: string;
  admin_owner_id: string;
  request_configurations: OpalRequestConfiguration[];
  require_mfa_to_approve: boolean;
  is_requestable: boolean;
  risk_sensitivity: string;
  /** What can be granted; not a part of Opal's answers. */
  levels: OpalLevel[];
}

export interface OpalGroup {
  group_id: string;
  name: string;
  description: string;
  group_type: string;
  app_id: string;
  admin_owner_id: string;
  request_configurations: OpalRequestConfiguration[];
  require_mfa_to_approve: boolean;
  is_requestable: boolean;
}

/** Direct access of a person to a resource (`thing_id`) or membership of a group. */
export interface OpalGrant {
  user_id: string;
  thing_id: string;
  access_level: OpalLevel;
  expiration_date: string | null;
  /** From then on Opal says SUCCESS, before it PENDING. */
  propagated_at: string;
  /** What it says then, if not SUCCESS. */
  propagates_to?: string;
}

/** A line of the audit log. */
export interface OpalEvent {
  event_id: string;
  event_type: string;
  created_at: string;
  actor_user_id: string;
  actor_name: string;
  actor_email: string;
  sub_events: { sub_event_type: string; user_id: string; user_name: string; [thing: string]: string }[];
}

/** One thing that is asked for; Opal names what a request is about by resource or by group. */
export interface OpalRequestedItem {
  resource_id?: string;
  group_id?: string;
  name: string;
  access_level_name: string;
  access_level_remote_id: string;
}

export interface OpalReviewer {
  id: string;
  full_name: string;
  status: 'PENDING' | 'APPROVED' | 'REJECTED';
}

export interface OpalRequest {
  id: string;
  created_at: string;
  updated_at: string;
  requester_id: string;
  target_user_id?: string;
  target_group_id?: string;
  status: 'PENDING' | 'APPROVED' | 'DENIED' | 'CANCELED';
  reason: string;
  duration_minutes: number;
  requested_items_list: OpalRequestedItem[];
  reviewer_stages: {
    item_name: string;
    item_id: string;
    access_level_name: string;
    access_level_remote_id: string;
    stages: { stage: number; operator: 'AND' | 'OR'; reviewers: OpalReviewer[] }[];
  }[];
}

export interface OpalComment {
  created_at: string;
  request_id: string;
  user_id: string;
  user_full_name: string;
  user_email: string;
  comment: string;
}

/** An access review: Opal tells its settings and nothing else. */
export interface OpalReview {
  uar_id: string;
  name: string;
  reviewer_assignment_policy: string;
  send_reviewer_assignment_notification: boolean;
  deadline: string;
  time_zone: string;
  self_review_allowed: boolean;
  instantly_action_reviews: boolean;
  uar_scope?: object;
}

/** What surrounds access: who answers for it, by what it is ordered, and what is not a person. */
export interface OpalOrganisation {
  owners: { owner_id: string; name: string; description: string; access_request_escalation_period: number }[];
  /** In the order in which requests escalate. */
  ownerUsers: { owner_id: string; user_ids: string[] }[];
  apps: { app_id: string; name: string; description: string; admin_owner_id: string; app_type: string }[];
  /** Reviewers who handed their reviews on for a time. */
  delegations: {
    id: string;
    delegator_user_id: string;
    delegate_user_id: string;
    start_time: string;
    end_time: string;
    reason: string;
    created_at: string;
    updated_at: string;
  }[];
  /** For Opal's own API. */
  tokens: {
    token_id: string;
    created_at: string;
    token_label: string;
    creator_user_id: string;
    user_id: string;
    access_level: 'READ_ONLY' | 'FULL_ACCESS';
    last_used_at: string | null;
    expires_at: string | null;
  }[];
  tags: { tag_id: string; key: string; value: string; created_at: string; updated_at: string }[];
  tagged: { tag_id: string; thing_id: string }[];
  bundles: {
    bundle_id: string;
    name: string;
    description: string;
    admin_owner_id: string;
    created_at: string;
    updated_at: string;
  }[];
  bundleItems: {
    bundle_id: string;
    kind: 'resource' | 'group';
    thing_id: string;
    access_level_name: string;
    access_level_remote_id: string;
  }[];
  accessRules: {
    access_rule_id: string;
    name: string;
    description: string;
    admin_owner_id: string;
    status: 'ACTIVE' | 'PAUSED';
    ruleClauses: object;
  }[];
  sessions: {
    connection_id: string;
    user_id: string;
    resource_id: string;
    access_level: OpalLevel;
    expiration_date: string;
  }[];
  /** Opal answers them as resources. */
  identities: { resource_id: string; name: string; description: string; resource_type: string }[];
  /** `user_id` is the identity's. */
  identityGrants: OpalGrant[];
  eventStreams: {
    event_stream_id: string;
    connection: {
      name: string;
      connection_type: 'WEBHOOK';
      enabled: boolean;
      webhook_url: string;
      credentials: { auth_type: 'HMAC' };
    };
  }[];
}

export interface OpalState extends OpalOrganisation {
  users: OpalUser[];
  resources: OpalResource[];
  /** Who sees a resource; one that is not named is seen by everybody. */
  visibilities: { resource_id: string; visibility: 'GLOBAL' | 'LIMITED'; visibility_group_ids: string[] }[];
  groups: OpalGroup[];
  /** What groups give their members. */
  groupResources: { group_id: string; resource_id: string; access_level: OpalLevel }[];
  grants: OpalGrant[];
  memberships: OpalGrant[];
  events: OpalEvent[];
  requests: OpalRequest[];
  comments: OpalComment[];
  reviews: OpalReview[];
  /** How long Opal takes to carry a change out, and what it says then. */
  propagation: { seconds: number; ends: string };
}
