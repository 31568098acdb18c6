import { Duration, RemovalPolicy, Stack, Tags } from 'aws-cdk-lib'
import { ComparisonOperator, type Metric } from 'aws-cdk-lib/aws-cloudwatch'
import { AttributeType, BillingMode, Table } from 'aws-cdk-lib/aws-dynamodb'
import { Code, Function, Runtime } from 'aws-cdk-lib/aws-lambda'
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources'
import { LogGroup } from 'aws-cdk-lib/aws-logs'
import { BlockPublicAccess, Bucket, BucketEncryption, EventType } from 'aws-cdk-lib/aws-s3'
import { SqsDestination } from 'aws-cdk-lib/aws-s3-notifications'
import { Queue } from 'aws-cdk-lib/aws-sqs'
import type { Construct } from 'constructs'
import type { UploadsProps } from './stages.ts'

const handler = `exports.handler = async (event) => console.log(event.Records.length, 'uploads')`

/** Uploaded pictures go through a queue to a function, which notes them in a table. */
export class UploadsStack extends Stack {
  constructor(scope: Construct, id: string, props: UploadsProps) {
    super(scope, id, props)
    const timeout = Duration.seconds(props.functionTimeoutSeconds)

    const bucket = new Bucket(this, 'Uploads', {
      encryption: BucketEncryption.S3_MANAGED,
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      enforceSSL: true,
      removalPolicy: RemovalPolicy.RETAIN,
    })

    const failed = new Queue(this, 'Failed', { retentionPeriod: Duration.days(14) })
    const queue = new Queue(this, 'Jobs', {
      // A message must not come back while the function still works on it, or waits for a free place.
      visibilityTimeout: Duration.seconds(6 * timeout.toSeconds()),
      deadLetterQueue: { queue: failed, maxReceiveCount: 5 },
    })
    bucket.addEventNotification(EventType.OBJECT_CREATED, new SqsDestination(queue))

    const table = new Table(this, 'Pictures', {
      partitionKey: { name: 'key', type: AttributeType.STRING },
      billingMode: BillingMode.PAY_PER_REQUEST,
      removalPolicy: RemovalPolicy.RETAIN,
    })

    const worker = new Function(this, 'Worker', {
      runtime: Runtime.NODEJS_22_X,
      handler: 'index.handler',
      code: Code.fromInline(handler),
      timeout,
      environment: { TABLE: table.tableName, BUCKET: bucket.bucketName },
      logGroup: new LogGroup(this, 'WorkerLog', { retention: props.logRetentionDays }),
    })
    worker.addEventSource(new SqsEventSource(queue))
    bucket.grantRead(worker)
    table.grantWriteData(worker)

    const alarm = (name: string, metric: Metric, threshold: number) =>
      metric.createAlarm(this, name, { threshold, evaluationPeriods: 1, comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD })
    alarm('UploadsFailed', failed.metricApproximateNumberOfMessagesVisible(), 1)
    alarm('UploadsWait', queue.metricApproximateAgeOfOldestMessage(), props.maxAgeMinutes * 60)

    for (const [key, value] of Object.entries({ service: 'uploads', stage: props.stage, owner: props.owner })) Tags.of(this).add(key, value)
  }
}
