import { Duration, RemovalPolicy, Stack } from 'aws-cdk-lib'
import { AttributeType, BillingMode, Table } from 'aws-cdk-lib/aws-dynamodb'
import { PolicyStatement } from 'aws-cdk-lib/aws-iam'
import { Code, Function, Runtime } from 'aws-cdk-lib/aws-lambda'
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources'
import { BlockPublicAccess, Bucket, EventType } from 'aws-cdk-lib/aws-s3'
import { SqsDestination } from 'aws-cdk-lib/aws-s3-notifications'
import { Queue } from 'aws-cdk-lib/aws-sqs'
import type { Construct } from 'constructs'
import type { UploadsProps } from './stages.ts'

const handler = `exports.handler = async (event) => console.log(event.Records.length, 'uploads')`

/** Uploaded pictures go through a queue to a function, which notes them in a table. */
export class UploadsStack extends Stack {
  constructor(scope: Construct, id: string, props: UploadsProps) {
    super(scope, id, props)

    const bucket = new Bucket(this, 'Uploads', {
      blockPublicAccess: BlockPublicAccess.BLOCK_ACLS_ONLY,
      removalPolicy: RemovalPolicy.DESTROY,
    })

    const queue = new Queue(this, 'Jobs', { visibilityTimeout: Duration.seconds(60) })
    bucket.addEventNotification(EventType.OBJECT_CREATED, new SqsDestination(queue))

    const table = new Table(this, 'Pictures', {
      partitionKey: { name: 'key', type: AttributeType.STRING },
      billingMode: BillingMode.PAY_PER_REQUEST,
      removalPolicy: RemovalPolicy.DESTROY,
    })

    const worker = new Function(this, 'Worker', {
      runtime: Runtime.NODEJS_22_X,
      handler: 'index.handler',
      code: Code.fromInline(handler),
      timeout: Duration.seconds(props.functionTimeoutSeconds),
      environment: { TABLE: table.tableName, BUCKET: bucket.bucketName },
    })
    worker.addEventSource(new SqsEventSource(queue))
    worker.addToRolePolicy(new PolicyStatement({ actions: ['s3:*', 'dynamodb:*'], resources: ['*'] }))
  }
}
