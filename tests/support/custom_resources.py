"""Schemas of the resources that operators bring, closed around what deploy/k8s says of them: Kubernetes' own have none.

They catch a slip, such as a misspelt name; no operator has read these resources yet.
"""

TEXT, NUMBER, FLAG = {"type": "string"}, {"type": "integer", "minimum": 1}, {"type": "boolean"}


def of(required: dict, **optional) -> dict:
    """An object with these properties and no others."""
    properties = {**required, **optional}
    return {"type": "object", "properties": properties, "required": list(required), "additionalProperties": False}


def lists(item: dict) -> dict:
    """At least one item of this kind."""
    return {"type": "array", "items": item, "minItems": 1}


def _resource(version: str, kind: str, spec: dict) -> dict:
    head = {
        "apiVersion": {"const": version},
        "kind": {"const": kind},
        "metadata": of({"name": TEXT, "namespace": TEXT}),
    }
    return of({**head, "spec": spec})


TEXTS = {"type": "object", "additionalProperties": TEXT}
RESOURCES = of({"requests": TEXTS, "limits": TEXTS})
TRIGGER = of({"type": {"const": "rabbitmq"}, "metadata": TEXTS, "authenticationRef": of({"name": TEXT})})
BEHAVIOR = of({"scaleDown": of({"stabilizationWindowSeconds": NUMBER})})
SCALED_OBJECT = of(
    {"scaleTargetRef": of({"name": TEXT}), "triggers": lists(TRIGGER)},
    minReplicaCount=NUMBER,
    maxReplicaCount=NUMBER,
    pollingInterval=NUMBER,
    advanced=of({"horizontalPodAutoscalerConfig": of({"behavior": BEHAVIOR})}),
)
RABBITMQ = of(
    {"replicas": {"enum": [1, 3, 5]}},
    image=TEXT,
    tls=of({"secretName": TEXT}, disableNonTLSListeners=FLAG, caSecretName=TEXT),
    persistence=of({"storage": TEXT}),
    resources=RESOURCES,
    rabbitmq=of({}, additionalConfig=TEXT),
    override=of({"statefulSet": of({"spec": of({"template": {"type": "object"}})})}),
)
POSTGRES = of(
    {"instances": NUMBER, "storage": of({"size": TEXT})},
    imageName=TEXT,
    enableSuperuserAccess=FLAG,
    resources=RESOURCES,
    postgresql=of({}, synchronous=of({"method": {"enum": ["any", "first"]}, "number": NUMBER}), parameters=TEXTS),
)
ENDPOINT = of({"port": TEXT}, interval=TEXT, relabelings=lists({"type": "object"}))

SCHEMAS = {
    "TriggerAuthentication": _resource(
        "keda.sh/v1alpha1",
        "TriggerAuthentication",
        of({"secretTargetRef": lists(of({"parameter": TEXT, "name": TEXT, "key": TEXT}))}),
    ),
    "ScaledObject": _resource("keda.sh/v1alpha1", "ScaledObject", SCALED_OBJECT),
    "RabbitmqCluster": _resource("rabbitmq.com/v1beta1", "RabbitmqCluster", RABBITMQ),
    "Cluster": _resource("postgresql.cnpg.io/v1", "Cluster", POSTGRES),
    "PodMonitor": _resource(
        "monitoring.coreos.com/v1",
        "PodMonitor",
        of({"selector": {"type": "object"}, "podMetricsEndpoints": lists(ENDPOINT)}),
    ),
}
