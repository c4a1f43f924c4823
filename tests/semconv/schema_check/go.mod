module driftline.test/schema_check

go 1.25.0

require go.opentelemetry.io/otel/schema v0.0.19

require (
	github.com/Masterminds/semver/v3 v3.5.0 // indirect
	gopkg.in/yaml.v3 v3.0.1 // indirect
)
