//! What a launch consists of, setting by setting.

use iter8_model::task::InputError;

use super::*;

fn objects(values: &Value) -> Vec<Value> {
    let values = values.as_object().unwrap();
    let settings: Result<_, InputError> = LaunchSettings::read(values);
    let settings = settings.unwrap();
    let (group, namespace, revision) = ("web", "shop", 3);
    render(&Launch { group, namespace, revision, values, settings: &settings })
}

fn kinds(objects: &[Value]) -> Vec<String> {
    let of = |object: &Value| {
        format!("{} {}", object["kind"], object["metadata"]["name"]).replace('"', "")
    };
    objects.iter().map(of).collect()
}

fn find<'a>(objects: &'a [Value], kind: &str) -> &'a Value {
    objects.iter().find(|object| object["kind"] == kind).unwrap()
}

fn container(objects: &[Value], kind: &str) -> Value {
    let spec = &find(objects, kind)["spec"];
    let spec = if kind == "Job" { spec } else { &spec["jobTemplate"]["spec"] };
    spec["template"]["spec"]["containers"][0].clone()
}

#[test]
fn without_a_runner_there_are_document_and_permissions() {
    let objects = objects(&json!({"tasks": ["http"]}));
    let expected =
        ["ServiceAccount web-iter8-sa", "Secret web", "Lease web", "Role web", "RoleBinding web"];
    assert_eq!(kinds(&objects), expected);
    for object in &objects {
        let metadata = &object["metadata"];
        assert_eq!(metadata["namespace"], "shop");
        assert_eq!(metadata["labels"], json!({GROUP: "web"}));
        assert_eq!(metadata["annotations"], json!({GROUP: "web", REVISION: "3"}));
    }
    let secret = &find(&objects, "Secret")["data"][VALUES_KEY];
    let values = STANDARD.decode(secret.as_str().unwrap()).unwrap();
    assert_eq!(String::from_utf8(values).unwrap(), "tasks:\n- http\n");
}

#[test]
fn a_job_runs_the_launch_once() {
    let objects = objects(&json!({"tasks": ["http"], "runner": "job", "logLevel": "debug"}));
    assert_eq!(kinds(&objects).last().unwrap(), "Job web-3-job");
    let job = find(&objects, "Job");
    assert_eq!(job["spec"]["backoffLimit"], 0);
    let command = json!([
        "iter8",
        "k",
        "run",
        "--namespace",
        "shop",
        "--group",
        "web",
        "--revision",
        "3",
        "-l",
        "debug"
    ]);
    assert_eq!(container(&objects, "Job")["command"], command);
    let pod = &job["spec"]["template"];
    assert_eq!(pod["metadata"]["labels"], json!({GROUP: "web"}));
    assert_eq!(pod["metadata"]["annotations"], json!({"sidecar.istio.io/inject": "false"}));
    assert_eq!(pod["spec"]["serviceAccountName"], "web-iter8-sa");
    assert_eq!(pod["spec"]["restartPolicy"], "Never");
}

/// What the standard `restricted` asks of a pod.
#[test]
fn the_pod_may_do_nothing_that_it_need_not() {
    let objects = objects(&json!({"tasks": ["http"], "runner": "job"}));
    let pod = &find(&objects, "Job")["spec"]["template"]["spec"];
    assert_eq!(pod["securityContext"]["runAsNonRoot"], true);
    assert_eq!(pod["securityContext"]["seccompProfile"]["type"], "RuntimeDefault");
    let of_container = json!({
        "allowPrivilegeEscalation": false,
        "readOnlyRootFilesystem": true,
        "capabilities": {"drop": ["ALL"]},
    });
    assert_eq!(container(&objects, "Job")["securityContext"], of_container);
    assert!(container(&objects, "Job")["resources"]["limits"].get("cpu").is_none());
}

#[test]
fn a_cronjob_goes_on_from_its_result() {
    let values = json!({"tasks": ["http"], "runner": "cronjob", "cronjobSchedule": "*/5 * * * *"});
    let objects = objects(&values);
    let spec = &find(&objects, "CronJob")["spec"];
    assert_eq!(spec["schedule"], "*/5 * * * *");
    assert_eq!(spec["concurrencyPolicy"], "Forbid");
    assert_eq!(spec["jobTemplate"]["spec"]["backoffLimit"], 0);
    let command = container(&objects, "CronJob")["command"].clone();
    assert!(command.as_array().unwrap().contains(&json!("--reuseResult")), "{command}");
    let rules = find(&objects, "Role")["rules"].as_array().unwrap().len();
    assert_eq!(rules, 2, "it does not suspend itself, so it may not");
}

#[test]
fn a_bounded_cronjob_may_suspend_itself() {
    let objects = objects(&json!({
        "tasks": ["http"], "runner": "cronjob", "cronjobSchedule": "* * * * *",
        "maxLoops": 3, "until": "fail",
    }));
    let command = container(&objects, "CronJob")["command"].clone();
    for argument in ["--cronjob=web-3-cronjob", "--maxLoops=3", "--until=fail"] {
        assert!(command.as_array().unwrap().contains(&json!(argument)), "{command}");
    }
    let expected = json!({
        "apiGroups": ["batch"], "resources": ["cronjobs"], "resourceNames": ["web-3-cronjob"],
        "verbs": ["get", "patch"],
    });
    assert_eq!(find(&objects, "Role")["rules"][2], expected);
}

#[test]
fn an_account_of_the_users_own_gets_no_permissions_from_us() {
    let values = json!({"tasks": ["http"], "runner": "job", "serviceAccountName": "robot"});
    let objects = objects(&values);
    assert_eq!(kinds(&objects), ["Secret web", "Lease web", "Job web-3-job"]);
    let pod = &find(&objects, "Job")["spec"]["template"]["spec"];
    assert_eq!(pod["serviceAccountName"], "robot");
}

#[test]
fn the_pod_is_as_the_values_say() {
    let objects = objects(&json!({
        "tasks": ["http"], "runner": "job",
        "iter8Image": "registry.example/iter8:1", "imagePullPolicy": "Always",
        "imagePullSecrets": ["pull"], "resources": {"limits": {"cpu": "2"}},
        "env": [{"name": "A", "value": "b"}], "nodeSelector": {"disk": "ssd"},
        "tolerations": [{"operator": "Exists"}], "podLabels": {"team": "x"},
        "podAnnotations": {"sidecar.istio.io/inject": "true"},
        "http": {"headers": {
            "A": {"secretRef": {"name": "s", "key": "k"}},
            "B": {"secretRef": {"name": "s", "key": "l"}},
        }},
    }));
    let pod = &find(&objects, "Job")["spec"]["template"];
    assert_eq!(pod["metadata"]["labels"], json!({"team": "x", GROUP: "web"}));
    assert_eq!(pod["metadata"]["annotations"], json!({"sidecar.istio.io/inject": "true"}));
    let spec = &pod["spec"];
    assert_eq!(spec["imagePullSecrets"], json!([{"name": "pull"}]));
    assert_eq!(spec["nodeSelector"], json!({"disk": "ssd"}));
    assert_eq!(spec["tolerations"], json!([{"operator": "Exists"}]));
    let items = json!([{"key": "k", "path": "k"}, {"key": "l", "path": "l"}]);
    let volume = json!({"name": "secret-0", "secret": {"secretName": "s", "items": items}});
    assert_eq!(spec["volumes"], json!([{"name": "work", "emptyDir": {}}, volume]));
    let container = container(&objects, "Job");
    assert_eq!(container["image"], "registry.example/iter8:1");
    assert_eq!(container["imagePullPolicy"], "Always");
    assert_eq!(container["resources"], json!({"limits": {"cpu": "2"}}));
    assert_eq!(container["env"], json!([{"name": "A", "value": "b"}]));
    let mount = json!({"name": "secret-0", "mountPath": "/etc/iter8/secrets/s", "readOnly": true});
    assert_eq!(container["volumeMounts"][1], mount);
}

#[test]
fn documents_of_a_manifest_are_apart() {
    let objects = objects(&json!({"tasks": ["http"], "runner": "job"}));
    let manifest = to_yaml(&objects);
    assert_eq!(manifest.matches("---\n").count(), objects.len());
    assert!(manifest.starts_with("---\napiVersion: v1\nkind: ServiceAccount\n"), "{manifest}");
}
