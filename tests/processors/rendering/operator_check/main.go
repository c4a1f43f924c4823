// operator_check reads objects of the Prometheus operator with the operator's own types, and refuses what it would:
// fields it does not know, and of an AlertmanagerConfig routes, receivers and times that do not fit together.
package main

import (
	"fmt"
	"os"

	validation "github.com/prometheus-operator/prometheus-operator/pkg/alertmanager/validation/v1alpha1"
	v1 "github.com/prometheus-operator/prometheus-operator/pkg/apis/monitoring/v1"
	"github.com/prometheus-operator/prometheus-operator/pkg/apis/monitoring/v1alpha1"
	"sigs.k8s.io/yaml"
)

func main() {
	if len(os.Args) != 3 {
		fmt.Fprintln(os.Stderr, "usage: operator_check AlertmanagerConfig|PrometheusRule FILE")
		os.Exit(2)
	}
	if err := check(os.Args[1], os.Args[2]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func check(kind, path string) error {
	text, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	if kind == "PrometheusRule" {
		return yaml.UnmarshalStrict(text, &v1.PrometheusRule{})
	}
	var config v1alpha1.AlertmanagerConfig
	if err := yaml.UnmarshalStrict(text, &config); err != nil {
		return err
	}
	return validation.ValidateAlertmanagerConfig(&config)
}
