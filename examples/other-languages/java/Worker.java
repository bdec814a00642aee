import static java.nio.charset.StandardCharsets.UTF_8;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.GetResponse;
import io.opentelemetry.api.baggage.Baggage;
import io.opentelemetry.api.baggage.propagation.W3CBaggagePropagator;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapGetter;
import io.opentelemetry.context.propagation.TextMapPropagator;
import io.opentelemetry.sdk.trace.ReadableSpan;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.net.URI;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.Message;
import software.amazon.awssdk.services.sqs.model.MessageAttributeValue;

/**
 * A worker without Waybill: it handles one message of a queue, in a span of OpenTelemetry, and sends one to another.
 *
 * <p>{@code java Worker.java kafka|rabbitmq|sqs URL FROM TO} prints what it saw and did as JSON.
 */
public class Worker {
  // Without a processor the SDK makes no spans. This one exports to nowhere.
  static final Tracer tracer =
      SdkTracerProvider.builder()
          .addSpanProcessor(SimpleSpanProcessor.create(SpanExporter.composite()))
          .build()
          .get("worker");
  static final TextMapPropagator propagator =
      TextMapPropagator.composite(W3CTraceContextPropagator.getInstance(), W3CBaggagePropagator.getInstance());

  static final TextMapGetter<Map<String, String>> getter =
      new TextMapGetter<>() {
        public Iterable<String> keys(Map<String, String> headers) {
          return headers.keySet();
        }

        public String get(Map<String, String> headers, String name) {
          return headers.get(name);
        }
      };

  /** Handles a message with these headers, and gives the headers of the message to send. */
  static Map<String, String> handle(Map<String, String> headers) {
    Context context = propagator.extract(Context.root(), headers, getter);
    var span = tracer.spanBuilder("process").setParent(context).setSpanKind(SpanKind.CONSUMER).startSpan();
    Map<String, String> outgoing = new HashMap<>();
    // The span is a child of the message's context; its baggage is in the same context.
    propagator.inject(context.with(span), outgoing, Map::put);
    // What keeps the journey of the first sender. It may be left out.
    if (headers.containsKey("waybill")) outgoing.put("waybill", headers.get("waybill"));
    span.end();
    SpanContext parent = ((ReadableSpan) span).getParentSpanContext();
    String tenant = Baggage.fromContext(context).getEntryValue("tenant.id");
    System.out.printf(
        "{\"traceId\":\"%s\",\"spanId\":\"%s\",\"parentSpanId\":\"%s\",\"tenant\":\"%s\"}%n",
        span.getSpanContext().getTraceId(), span.getSpanContext().getSpanId(), parent.getSpanId(), tenant);
    return outgoing;
  }

  static void kafka(String url, String source, String target) {
    Map<String, Object> options = Map.of("bootstrap.servers", url, "auto.offset.reset", "earliest");
    try (var consumer = new KafkaConsumer<>(options, new StringDeserializer(), new StringDeserializer());
        var producer = new KafkaProducer<>(options, new StringSerializer(), new StringSerializer())) {
      consumer.assign(List.of(new TopicPartition(source, 0)));
      List<ConsumerRecord<String, String>> records = List.of();
      while (records.isEmpty()) records = consumer.poll(Duration.ofSeconds(1)).records(new TopicPartition(source, 0));
      Map<String, String> headers = new HashMap<>();
      for (Header header : records.get(0).headers()) headers.put(header.key(), new String(header.value(), UTF_8));
      var record = new ProducerRecord<String, String>(target, "shipped");
      handle(headers).forEach((name, text) -> record.headers().add(name, text.getBytes(UTF_8)));
      producer.send(record);
    }
  }

  static void rabbitmq(String url, String source, String target) throws Exception {
    var factory = new ConnectionFactory();
    factory.setUri(url);
    try (var connection = factory.newConnection();
        var channel = connection.createChannel()) {
      GetResponse message = null;
      while (message == null) message = channel.basicGet(source, true);
      Map<String, String> headers = new HashMap<>();
      // Texts come as LongString.
      message.getProps().getHeaders().forEach((name, value) -> headers.put(name, value.toString()));
      var properties = new AMQP.BasicProperties.Builder().headers(new HashMap<>(handle(headers))).build();
      channel.basicPublish("", target, properties, "shipped".getBytes(UTF_8));
    }
  }

  static void sqs(String url, String source, String target) {
    var credentials = StaticCredentialsProvider.create(AwsBasicCredentials.create("test", "test"));
    try (SqsClient sqs =
        SqsClient.builder()
            .endpointOverride(URI.create(url))
            .region(Region.EU_WEST_1)
            .credentialsProvider(credentials)
            .httpClient(UrlConnectionHttpClient.create())
            .build()) {
      // Attributes come only if they are asked for, and by their exact names.
      var names = List.of("traceparent", "tracestate", "baggage", "waybill");
      List<Message> messages = List.of();
      while (messages.isEmpty()) {
        messages =
            sqs.receiveMessage(r -> r.queueUrl(source).messageAttributeNames(names).waitTimeSeconds(5)).messages();
      }
      Map<String, String> headers = new HashMap<>();
      messages.get(0).messageAttributes().forEach((name, attribute) -> headers.put(name, attribute.stringValue()));
      Map<String, MessageAttributeValue> attributes =
          handle(headers).entrySet().stream()
              .collect(Collectors.toMap(Map.Entry::getKey, header -> attribute(header.getValue())));
      sqs.sendMessage(r -> r.queueUrl(target).messageBody("shipped").messageAttributes(attributes));
    }
  }

  static MessageAttributeValue attribute(String text) {
    return MessageAttributeValue.builder().dataType("String").stringValue(text).build();
  }

  public static void main(String[] arguments) throws Exception {
    String url = arguments[1], source = arguments[2], target = arguments[3];
    switch (arguments[0]) {
      case "kafka" -> kafka(url, source, target);
      case "rabbitmq" -> rabbitmq(url, source, target);
      case "sqs" -> sqs(url, source, target);
      default -> throw new IllegalArgumentException(arguments[0]);
    }
  }
}
