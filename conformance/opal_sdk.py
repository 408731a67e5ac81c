"""Calls Opal's own Python SDK as it is told: a line of JSON in, a line of JSON out.

The first line is {"host", "token", "origin"}; the others are {"method", "args"}, where args.body is the request's body.
"""

import inspect
import json
import sys
import typing

import opal_security


def apis(client):
    """Each API of the SDK, on one client."""
    classes = [cls for name, cls in vars(opal_security).items() if name.endswith("Api") and inspect.isclass(cls)]
    return [cls(client) for cls in classes]


def model_of(annotation):
    """The SDK's model in an annotation such as Optional[Annotated[Model, ...]]; None if there is none."""
    if inspect.isclass(annotation) and hasattr(annotation, "from_dict"):
        return annotation
    found = [model_of(part) for part in typing.get_args(annotation)]
    return next((model for model in found if model), None)


def call(methods, method, args):
    function = next(getattr(api, method) for api in methods if hasattr(api, method))
    body = args.pop("body", None)
    if body is not None:
        parameters = inspect.signature(function).parameters.items()
        name, model = next((name, model_of(p.annotation)) for name, p in parameters if name not in args and is_body(p))
        args[name] = model.from_dict(body)
    function(**args)


def is_body(parameter):
    model = model_of(parameter.annotation)
    return model is not None and hasattr(model, "model_fields")


def main():
    set_up = json.loads(sys.stdin.readline())
    client = opal_security.ApiClient(opal_security.Configuration(host=set_up["host"], access_token=set_up["token"]))
    client.set_default_header("x-castellan-origin", set_up["origin"])
    methods = apis(client)
    for line in sys.stdin:
        wanted = json.loads(line)
        try:
            call(methods, wanted["method"], wanted["args"])
            said = {"ok": True}
        except Exception as error:  # whatever the SDK says is the answer
            said = {"ok": False, "error": f"{type(error).__name__}: {error}"}
        print(json.dumps(said), flush=True)


main()
