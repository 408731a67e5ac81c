import { testConnector, testExtract } from '@castellan/sdk/testing';
import platform from './fixtures/jira.openapi.json' with { type: 'json' };
import further from './fixtures/jira-further.openapi.json' with { type: 'json' };
import serviceDesk from './fixtures/jira-service-desk.openapi.json' with { type: 'json' };
import { jira } from './jira.connector.js';
import { jiraSimulator } from './jira.simulator.js';

testConnector(jira, jiraSimulator, new URL('./fixtures/exchanges.json', import.meta.url));
testExtract(platform, 'jira/jira.trim.json');
testExtract(further, 'jira/jira-platform-v3.swagger-v3.v3.json');
testExtract(serviceDesk, 'jira/jsm.v3.json');
