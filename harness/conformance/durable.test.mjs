import { runConformanceTests } from '@durable-streams/server-conformance-tests';

runConformanceTests({ baseUrl: process.env.SERVER, longPollTimeoutMs: 500 });
