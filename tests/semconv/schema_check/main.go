// schema_check reads an OpenTelemetry schema file with the project's own parser and prints what it understood.
package main

import (
	"fmt"
	"os"

	schema "go.opentelemetry.io/otel/schema/v1.1"
)

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: schema_check FILE")
		os.Exit(2)
	}
	parsed, err := schema.ParseFile(os.Args[1])
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	fmt.Printf("%s %s %d\n", parsed.FileFormat, parsed.SchemaURL, len(parsed.Versions))
}
