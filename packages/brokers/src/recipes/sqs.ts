import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Wait } from 'testcontainers';
import type { BrokerRecipe } from '../broker-recipe.ts';
import { clientAddress } from '../client-address.ts';
import { java } from '../images/java.ts';

const port = 9324;
const configuration = readFileSync(join(import.meta.dirname, 'elasticmq.conf'), 'utf8');
const durableConfiguration = readFileSync(join(import.meta.dirname, 'elasticmq-durable.conf'), 'utf8');

/** ElasticMQ: the SQS protocol over HTTP, with the limits of SQS. */
export const sqs: BrokerRecipe = {
  urlVariable: 'WAYBILL_SQS_URL',
  standIn: (version) => ({
    name: 'sqs',
    base: java,
    jars: [`org.elasticmq:elasticmq-server_2.13:${version}`],
  }),
  async start(newContainer, _engine, durable) {
    const content = durable ? configuration + durableConfiguration : configuration;
    const container = await newContainer
      .withExposedPorts(port)
      .withCopyContentToContainer([{ content, target: '/opt/elasticmq.conf' }])
      .withWaitStrategy(Wait.forLogMessage(/ElasticMQ server .* started/))
      .start();
    return { container, url: `http://${await clientAddress(container, port)}` };
  },
};
