// A worker without Waybill: it handles one message of a queue, in a span of OpenTelemetry, and sends one to another.
//
//	worker kafka|rabbitmq|sqs URL FROM TO
//
// It prints what it saw and did as JSON.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"
	amqp "github.com/rabbitmq/amqp091-go"
	"github.com/segmentio/kafka-go"
	"go.opentelemetry.io/otel/baggage"
	"go.opentelemetry.io/otel/propagation"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"
)

var tracer = sdktrace.NewTracerProvider().Tracer("worker")

// The global propagator does nothing until a program sets one.
var propagator = propagation.NewCompositeTextMapPropagator(propagation.TraceContext{}, propagation.Baggage{})

// Handles a message with these headers, and gives the headers of the message to send.
func handle(headers map[string]string) map[string]string {
	ctx := propagator.Extract(context.Background(), propagation.MapCarrier(headers))
	parent := trace.SpanContextFromContext(ctx)
	// The span is a child of the message's context; its baggage is in the same context.
	ctx, span := tracer.Start(ctx, "process", trace.WithSpanKind(trace.SpanKindConsumer))
	defer span.End()
	outgoing := propagation.MapCarrier{}
	propagator.Inject(ctx, outgoing)
	// What keeps the journey of the first sender. It may be left out.
	if waybill, ok := headers["waybill"]; ok {
		outgoing["waybill"] = waybill
	}
	told, _ := json.Marshal(map[string]string{
		"traceId":      span.SpanContext().TraceID().String(),
		"spanId":       span.SpanContext().SpanID().String(),
		"parentSpanId": parent.SpanID().String(),
		"tenant":       baggage.FromContext(ctx).Member("tenant.id").Value(),
	})
	fmt.Println(string(told))
	return outgoing
}

func throughKafka(ctx context.Context, url, source, target string) error {
	reader := kafka.NewReader(kafka.ReaderConfig{Brokers: []string{url}, Topic: source})
	message, err := reader.ReadMessage(ctx)
	if err != nil {
		return err
	}
	headers := map[string]string{}
	for _, header := range message.Headers {
		headers[header.Key] = string(header.Value)
	}
	answer := kafka.Message{Topic: target, Value: []byte("shipped")}
	for name, text := range handle(headers) {
		answer.Headers = append(answer.Headers, kafka.Header{Key: name, Value: []byte(text)})
	}
	writer := kafka.Writer{Addr: kafka.TCP(url)}
	defer writer.Close()
	return writer.WriteMessages(ctx, answer)
}

func throughRabbitmq(ctx context.Context, url, source, target string) error {
	connection, err := amqp.Dial(url)
	if err != nil {
		return err
	}
	defer connection.Close()
	channel, err := connection.Channel()
	if err != nil {
		return err
	}
	messages, err := channel.Consume(source, "", true, false, false, false, nil)
	if err != nil {
		return err
	}
	headers := map[string]string{}
	for name, value := range (<-messages).Headers {
		headers[name] = fmt.Sprint(value)
	}
	table := amqp.Table{}
	for name, text := range handle(headers) {
		table[name] = text
	}
	return channel.PublishWithContext(ctx, "", target, false, false, amqp.Publishing{Headers: table, Body: []byte("shipped")})
}

func throughSqs(ctx context.Context, url, source, target string) error {
	client := sqs.New(sqs.Options{
		BaseEndpoint: aws.String(url),
		Region:       "eu-west-1",
		Credentials:  credentials.NewStaticCredentialsProvider("test", "test", ""),
	})
	var messages []types.Message
	for len(messages) == 0 {
		// Attributes come only if they are asked for, and by their exact names.
		names := []string{"traceparent", "tracestate", "baggage", "waybill"}
		input := sqs.ReceiveMessageInput{QueueUrl: &source, MessageAttributeNames: names, WaitTimeSeconds: 5}
		received, err := client.ReceiveMessage(ctx, &input)
		if err != nil {
			return err
		}
		messages = received.Messages
	}
	headers := map[string]string{}
	for name, attribute := range messages[0].MessageAttributes {
		headers[name] = *attribute.StringValue
	}
	attributes := map[string]types.MessageAttributeValue{}
	for name, text := range handle(headers) {
		attributes[name] = types.MessageAttributeValue{DataType: aws.String("String"), StringValue: aws.String(text)}
	}
	input := sqs.SendMessageInput{QueueUrl: &target, MessageBody: aws.String("shipped"), MessageAttributes: attributes}
	_, err := client.SendMessage(ctx, &input)
	return err
}

func main() {
	through := map[string]func(ctx context.Context, url, source, target string) error{
		"kafka": throughKafka, "rabbitmq": throughRabbitmq, "sqs": throughSqs,
	}
	if err := through[os.Args[1]](context.Background(), os.Args[2], os.Args[3], os.Args[4]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
