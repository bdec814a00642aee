import { KafkaContainer } from '@testcontainers/kafka';
import { RabbitMQContainer } from '@testcontainers/rabbitmq';
import { RedisContainer } from '@testcontainers/redis';
import { GenericContainer, type InspectResult, type StartedTestContainer, Wait } from 'testcontainers';
import { clientAddress } from './client-address.ts';
import type { BrokerName } from './url-variables.ts';

/** All that is particular to one broker. */
export interface BrokerRecipe {
  /** The port of the container that clients connect to. */
  readonly port: number;

  /**
   * Gives a container, not started, which waits until clients can connect.
   *
   * @param durable whether what the broker has accepted has to outlive a kill
   */
  container(image: string, durable: boolean): GenericContainer;

  /** The URL that clients take, for a `host:port`. */
  url(address: string): string;

  /** As a broker's `restart`. */
  restart?(container: StartedTestContainer): Promise<void>;
}

/** How each broker is started. */
export const brokerRecipes: Readonly<Record<BrokerName, BrokerRecipe>> = {
  kafka: {
    port: 9093,
    container: (image) =>
      new AddressedKafkaContainer(image)
        .withEnvironment({
          KAFKA_TRANSACTION_STATE_LOG_NUM_PARTITIONS: '1',
          KAFKA_TRANSACTION_STATE_LOG_REPLICATION_FACTOR: '1',
          KAFKA_HEAP_OPTS: '-Xmx512m -XX:TieredStopAtLevel=1 -XX:+UseSerialGC',
        })
        .withWaitStrategy(Wait.forLogMessage('Kafka Server started')),
    url: (address) => address,
  },

  nats: {
    port: 4222,
    // Without users, which the module of Testcontainers would add.
    container: (image) =>
      new GenericContainer(image)
        .withExposedPorts(4222)
        .withCommand(['--jetstream'])
        .withWaitStrategy(Wait.forLogMessage('Server is ready')),
    url: (address) => `nats://${address}`,
  },

  rabbitmq: {
    port: 5672,
    container: (image) => new RabbitMQContainer(image),
    url: (address) => `amqp://guest:guest@${address}`,
    // A container that is started again may have another port. RabbitMQ inside it keeps the port.
    async restart(container) {
      for (const command of ['stop_app', 'start_app']) {
        const { exitCode, output } = await container.exec(['rabbitmqctl', command]);
        if (exitCode !== 0) throw new Error(`rabbitmqctl ${command} failed: ${output}`);
      }
    },
  },

  redis: {
    port: 6379,
    container(image, durable) {
      const command = ['redis-server', '--protected-mode', 'no', '--save', '', '--appendonly'];
      return new RedisContainer(image).withCommand([...command, durable ? 'yes' : 'no']);
    },
    url: (address) => `redis://${address}`,
  },

  /** ElasticMQ: the protocol of SQS over HTTP, with its limits. */
  sqs: {
    port: 9324,
    container(image, durable) {
      const content = [
        'include classpath("application.conf")',
        // Queue URLs have the host and port that the client called.
        'node-address.host = "*"',
        `messages-storage.enabled = ${durable}`,
        // Without the last setting H2 answers before it has written.
        'messages-storage.uri = "jdbc:h2:/tmp/elasticmq;WRITE_DELAY=0"',
      ].join('\n');
      return new GenericContainer(image)
        .withExposedPorts(9324)
        .withCopyContentToContainer([{ content, target: '/opt/elasticmq.conf' }])
        .withWaitStrategy(Wait.forLogMessage(/ElasticMQ server .* started/));
    },
    url: (address) => `http://${address}`,
  },
};

/** Kafka tells clients its address: that of the proxy, where they go through one. */
class AddressedKafkaContainer extends KafkaContainer {
  protected override async containerStarted(
    container: StartedTestContainer,
    inspectResult: InspectResult,
  ): Promise<void> {
    const [host, port] = (await clientAddress(container, brokerRecipes.kafka.port)).split(':');
    const addressed: StartedTestContainer = Object.create(container, {
      getHost: { value: () => host },
      getMappedPort: { value: () => port },
    });
    await super.containerStarted(addressed, inspectResult);
  }
}
