import { trigger } from '@castellan/sdk';
import { z } from 'zod';
import { activeDirectory, jane, marco, noah, sailpointId } from './sailpoint-company.js';
import { accountRef, attributeValue, identityRef, sourceRef, triggerDocs } from './sailpoint-references.js';

const docs = `${triggerDocs}/triggers`;

const attributes = z.record(z.string(), z.unknown()).describe('By their technical names, as the tenant defines them.');
const identityLife = z.looseObject({ identity: identityRef, attributes });
const noahsAttributes = { firstname: 'Noah', lastname: 'Silva', email: 'noah.silva@example.com', department: 'Sales' };

const change = z.looseObject({
  attribute: z.string(),
  oldValue: attributeValue.nullish(),
  newValue: attributeValue.nullish(),
});

const janesAccount = {
  type: 'ACCOUNT',
  id: sailpointId('account', 3),
  name: 'jane.doe',
  nativeIdentity: 'CN=Jane Doe,OU=People,DC=example,DC=com',
  uuid: 'ca57e11a-0053-4000-8000-000000000003',
};

const accountEvent = {
  identity: identityRef,
  source: sourceRef,
  account: accountRef,
};

const entitlementCount = z.int().optional().describe('How many entitlements the account has.');

export const identityTriggers = {
  identityCreated: trigger({
    title: 'Identity created',
    vendorId: 'idn:identity-created',
    docs: `${docs}/identity-created`,
    summary: 'A person has come into SailPoint, mostly by an aggregation of the HR system.',
    payload: identityLife,
    sample: { identity: noah, attributes: noahsAttributes },
  }),

  identityDeleted: trigger({
    title: 'Identity deleted',
    vendorId: 'idn:identity-deleted',
    docs: `${docs}/identity-deleted`,
    summary: 'A person is no longer in SailPoint, since no authoritative source knows them.',
    payload: identityLife,
    sample: { identity: noah, attributes: noahsAttributes },
  }),

  identityAttributesChanged: trigger({
    title: 'Identity attributes changed',
    vendorId: 'idn:identity-attributes-changed',
    docs: `${docs}/identity-attribute-changed`,
    summary: 'Attributes of a person have changed, such as department, manager or lifecycle state.',
    payload: z.looseObject({
      identity: identityRef,
      changes: z.array(change).describe('Texts are cut at 450 characters.'),
    }),
    sample: {
      identity: jane,
      changes: [{ attribute: 'department', oldValue: 'Engineering', newValue: 'Security' }],
    },
  }),

  accountAttributesChanged: trigger({
    title: 'Account attributes changed',
    vendorId: 'idn:account-attributes-changed',
    docs: `${triggerDocs}/available`,
    summary: 'An aggregation found attributes of an account that had changed in their source.',
    payload: z.looseObject({ ...accountEvent, changes: z.array(change) }),
    sample: {
      ...{ identity: jane, source: activeDirectory, account: janesAccount },
      changes: [{ attribute: 'sAMAccountName', oldValue: 'jdoe', newValue: 'jane.doe' }],
    },
  }),

  accountCorrelated: trigger({
    title: 'Account correlated',
    vendorId: 'idn:account-correlated',
    docs: `${triggerDocs}/available`,
    summary: 'An account was found to belong to a person.',
    payload: z.looseObject({ ...accountEvent, attributes, entitlementCount }),
    sample: {
      ...{ identity: jane, source: activeDirectory, account: janesAccount },
      attributes: { sn: 'Doe', givenName: 'Jane', memberOf: ['CN=Engineering,OU=Groups,DC=example,DC=com'] },
      entitlementCount: 1,
    },
  }),

  accountUncorrelated: trigger({
    title: 'Account uncorrelated',
    vendorId: 'idn:account-uncorrelated',
    docs: `${triggerDocs}/available`,
    summary: 'An account belongs to a person no longer.',
    payload: z.looseObject({ ...accountEvent, entitlementCount }),
    sample: { identity: jane, source: activeDirectory, account: janesAccount, entitlementCount: 1 },
  }),

  postProvisioning: trigger({
    title: 'Provisioning action completed',
    vendorId: 'idn:post-provisioning',
    docs: `${docs}/provisioning-completed`,
    summary:
      'SailPoint has carried changes out in a source, or failed to. The order of these events is not that of the changes.',
    payload: z.looseObject({
      trackingNumber: z.string(),
      sources: z.string().describe('Names of the sources, parted by commas.'),
      action: z.string().nullish(),
      errors: z.array(z.string()).nullish(),
      warnings: z.array(z.string()).nullish(),
      recipient: identityRef,
      requester: identityRef.nullish(),
      accountRequests: z.array(
        z.looseObject({
          source: sourceRef,
          accountId: z.string().optional(),
          accountOperation: z.string().describe('Such as Create, Modify, Enable, Disable, Unlock, Delete.'),
          provisioningResult: z.enum(['SUCCESS', 'PENDING', 'FAILED']),
          provisioningTarget: z.string(),
          ticketId: z.string().nullish(),
          attributeRequests: z
            .array(
              z.looseObject({
                attributeName: z.string(),
                attributeValue: z.string().nullish(),
                operation: z.enum(['Add', 'Set', 'Remove']),
              }),
            )
            .nullish(),
        }),
      ),
    }),
    sample: {
      trackingNumber: sailpointId('activity', 1),
      sources: activeDirectory.name,
      action: 'AccessRequest',
      errors: null,
      warnings: null,
      recipient: jane,
      requester: marco,
      accountRequests: [
        {
          source: activeDirectory,
          accountId: janesAccount.nativeIdentity,
          accountOperation: 'Modify',
          provisioningResult: 'SUCCESS',
          provisioningTarget: activeDirectory.name,
          ticketId: null,
          attributeRequests: [
            {
              attributeName: 'memberOf',
              attributeValue: 'CN=Production,OU=Groups,DC=example,DC=com',
              operation: 'Add',
            },
          ],
        },
      ],
    },
  }),
};
