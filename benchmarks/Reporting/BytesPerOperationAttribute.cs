namespace Benchmarks.Reporting;

/// <summary>Names the static method of the benchmark's class that says how many bytes an operation goes through, from its parameters by name.</summary>
[AttributeUsage(AttributeTargets.Class)]
internal sealed class BytesPerOperationAttribute(string method) : Attribute
{
    public string Method { get; } = method;
}
