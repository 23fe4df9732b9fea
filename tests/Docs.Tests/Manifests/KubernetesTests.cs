using Docs.Tests.Pages;
using Docs.Tests.Running;
using k8s;
using k8s.Models;
using SseGateway;
using Xunit;

namespace Docs.Tests.Manifests;

/// <summary>The manifests in docs/kubernetes are of the schema of Kubernetes, and fit to each other and to the gateway.</summary>
public sealed class KubernetesTests
{
    private static readonly string Text = File.ReadAllText(Path.Combine(Repository.Root, "docs", "kubernetes", "sse-gateway.yaml"));

    // Strict: a field that is not in the schema is an error.
    private static readonly List<object> Objects = KubernetesYaml.LoadAllFromString(Text, strict: true);

    private static readonly V1Deployment Deployment = Objects.OfType<V1Deployment>().Single();

    private static V1Container Container => Deployment.Spec.Template.Spec.Containers.Single();

    [Fact]
    public void All_select_the_same_pods()
    {
        var labels = Deployment.Spec.Template.Metadata.Labels;
        Assert.Equal(labels, Deployment.Spec.Selector.MatchLabels);
        Assert.Equal(labels, Objects.OfType<V1Service>().Single().Spec.Selector);
        Assert.Equal(labels, Objects.OfType<V1PodDisruptionBudget>().Single().Spec.Selector.MatchLabels);
        var scaled = Objects.OfType<V2HorizontalPodAutoscaler>().Single().Spec;
        Assert.Equal(Deployment.Metadata.Name, scaled.ScaleTargetRef.Name);
        Assert.Contains($"`{scaled.Metrics.Single().Pods.Metric.Name}`", Repository.Pages["docs/operating.md"].Lines.Aggregate((all, line) => all + line),
            StringComparison.Ordinal);
        Assert.Equal(5, Objects.Count);
    }

    [Fact]
    public void Probes_ask_the_admin_listener_and_a_stop_waits_for_the_whole_drain()
    {
        Assert.All(
            [Container.StartupProbe, Container.LivenessProbe, Container.ReadinessProbe],
            probe => Assert.Equal("admin", probe.HttpGet.Port.Value));
        Assert.Equal("/healthz/ready", Container.ReadinessProbe.HttpGet.Path);
        var sleep = Container.Lifecycle.PreStop.Sleep.Seconds;
        Assert.True(Deployment.Spec.Template.Spec.TerminationGracePeriodSeconds >= 300 + 20 + sleep);
        Assert.True(Deployment.Spec.Template.Spec.SecurityContext.RunAsNonRoot);
    }

    [Fact]
    public async Task The_gateway_takes_its_settings()
    {
        using var folder = ExampleFolder.Empty();
        var token = folder.Write("token", "0123456789abcdef0123456789abcdef");
        var settings = Objects.OfType<V1ConfigMap>().Single().Data["gateway.json"].Replace("/etc/sse-gateway-admin/token", token, StringComparison.Ordinal);

        await using var gateway = GatewayApp.Build(["--config", folder.Write("gateway.json", settings)]);

        Assert.Contains("/etc/sse-gateway", Container.VolumeMounts.Select(mount => mount.MountPath));
    }
}
