// What Grafana's own types say of a dashboard of ours, as JSON. The test writes each dashboard into a constant of this
// type, so that the compiler also sees keys that Grafana does not know.
import type { AnnotationQuery, Dashboard as Grafana, Panel, RowPanel, VariableModel } from "@grafana/schema";
import type * as stat from "@grafana/schema/dist/esm/raw/composable/stat/panelcfg/x/StatPanelCfg_types.gen";
import type * as table from "@grafana/schema/dist/esm/raw/composable/table/panelcfg/x/TablePanelCfg_types.gen";
import type * as timeline from "@grafana/schema/dist/esm/raw/composable/statetimeline/panelcfg/x/StateTimelinePanelCfg_types.gen";
import type * as timeseries from "@grafana/schema/dist/esm/raw/composable/timeseries/panelcfg/x/TimeSeriesPanelCfg_types.gen";

// JSON holds the text of an enum's member.
type Plain<T> = T extends string
  ? `${T}`
  : T extends (infer Each)[]
    ? Plain<Each>[]
    : T extends object
      ? { [Key in keyof T]: Plain<T[Key]> }
      : T;

// The Prometheus plugin's own part, which the schema leaves open. Source: grafana-prometheus, PromQuery.
type Query = {
  expr: string;
  refId: string;
  legendFormat?: string;
  instant?: boolean;
  range?: boolean;
  format?: "time_series" | "table" | "heatmap";
  datasource?: { type: "prometheus"; uid: string };
};
type Asked = AnnotationQuery<Query> & { titleFormat: string };
type Told = Omit<AnnotationQuery, "target"> & {
  target: { type: "tags"; tags: string[]; limit: number; matchAny: boolean };
};

type Fields = NonNullable<Panel["fieldConfig"]>;
// Options that are left out have their default.
type Look<Type extends string, Options, Custom> = Omit<Panel, "type" | "options" | "targets" | "fieldConfig"> & {
  type: Type;
  options: Partial<Options>;
  targets: Query[];
  fieldConfig: Omit<Fields, "defaults"> & { defaults: Omit<Fields["defaults"], "custom"> & { custom?: Partial<Custom> } };
};
type Looks =
  | Look<"stat", stat.Options, never>
  | Look<"table", table.Options, table.FieldConfig>
  | Look<"timeseries", timeseries.Options, timeseries.FieldConfig>
  | Look<"state-timeline", timeline.Options, timeline.FieldConfig>;

export type Dashboard = Plain<
  Omit<Grafana, "panels" | "annotations" | "templating"> & {
    panels: (Looks | RowPanel)[];
    annotations: { list?: (Asked | Told)[] };
    templating: { list: VariableModel[] };
  }
>;
