import { Duration, RemovalPolicy, Stack, Tags } from 'aws-cdk-lib'
import { AttributeType, TableV2 } from 'aws-cdk-lib/aws-dynamodb'
import { ManagedPolicy, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam'
import { Code, Function, Runtime } from 'aws-cdk-lib/aws-lambda'
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources'
import { LogGroup } from 'aws-cdk-lib/aws-logs'
import { BlockPublicAccess, Bucket, BucketEncryption, EventType } from 'aws-cdk-lib/aws-s3'
import { SqsDestination } from 'aws-cdk-lib/aws-s3-notifications'
import type { Construct } from 'constructs'
import { AlarmedQueue } from './alarmed-queue.ts'
import type { UploadsProps } from './stages.ts'

const handler = `exports.handler = async (event) => console.log(event.Records.length, 'uploads')`

/** Uploaded pictures go through a queue to a function, which notes them in a table. */
export class UploadsStack extends Stack {
  constructor(scope: Construct, id: string, props: UploadsProps) {
    super(scope, id, props)
    const functionTimeout = Duration.seconds(props.functionTimeoutSeconds)
    const { queue } = new AlarmedQueue(this, 'Jobs', { functionTimeout, maxAge: Duration.minutes(props.maxAgeMinutes), alarmTopicArn: props.alarmTopicArn })

    const bucket = new Bucket(this, 'Uploads', {
      encryption: BucketEncryption.KMS_MANAGED,
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      enforceSSL: true,
      minimumTLSVersion: 1.2,
      versioned: true,
      lifecycleRules: [{ noncurrentVersionExpiration: Duration.days(30) }],
    })
    bucket.addEventNotification(EventType.OBJECT_CREATED, new SqsDestination(queue))

    const table = new TableV2(this, 'Pictures', {
      partitionKey: { name: 'key', type: AttributeType.STRING },
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      deletionProtection: true,
      removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
    })

    // The role names each action by itself; the constructs' grants allow some more.
    const role = new Role(this, 'WorkerRole', {
      assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
      managedPolicies: [ManagedPolicy.fromAwsManagedPolicyName('service-role/AWSLambdaBasicExecutionRole')],
    })
    role.addToPolicy(new PolicyStatement({ actions: ['s3:GetObject'], resources: [bucket.arnForObjects('*')] }))
    role.addToPolicy(new PolicyStatement({ actions: ['dynamodb:PutItem', 'dynamodb:UpdateItem'], resources: [table.tableArn] }))

    const worker = new Function(this, 'Worker', {
      runtime: Runtime.NODEJS_22_X,
      handler: 'index.handler',
      code: Code.fromInline(handler),
      timeout: functionTimeout,
      role,
      logGroup: new LogGroup(this, 'WorkerLog', { retention: props.logRetentionDays, removalPolicy: RemovalPolicy.DESTROY }),
      environment: { TABLE: table.tableName, BUCKET: bucket.bucketName },
    })
    worker.addEventSource(new SqsEventSource(queue, { batchSize: 10, reportBatchItemFailures: true, maxConcurrency: 5 }))

    Tags.of(this).add('service', 'uploads')
    Tags.of(this).add('stage', props.stage)
    Tags.of(this).add('owner', props.owner)
  }
}
