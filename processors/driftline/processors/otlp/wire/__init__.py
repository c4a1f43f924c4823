"""OTLP's bytes: shadow schemas, field walking and the layouts of points. Nothing here knows what a stream means."""
