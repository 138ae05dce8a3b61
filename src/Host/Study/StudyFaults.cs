using System.Globalization;
using Robustness.Results;
using YamlDotNet.RepresentationModel;

namespace Robustness.Study;

/// <summary>What is wrong with a study file, gathered so that all of it is told at once.</summary>
internal sealed class StudyFaults(string file)
{
    private readonly SortedDictionary<(long Line, string Text), bool> _faults = [];
    private readonly Dictionary<string, (long Line, string Text)> _missing = [];

    /// <summary>Notes a fault at a node: the field, what was found, what is allowed.</summary>
    public void Add(YamlNode node, string field, string found, string allowed) =>
        AddLine(node.Start.Line, field, $"found {found}; allowed: {allowed}");

    /// <summary>Notes a fault in own words.</summary>
    public void AddLine(long line, string field, string text) =>
        _faults[Fault(line, field, text)] = true;

    /// <summary>Notes that a setting is not there.</summary>
    public void AddMissing(long line, string field, string text)
    {
        var fault = Fault(line, field, $"found nothing; {text}");
        _faults[fault] = true;
        _missing[field] = fault;
    }

    /// <summary>A setting is there under a mistyped name, which is told: not missing too.</summary>
    public void Mistyped(string field)
    {
        if (_missing.Remove(field, out var fault))
        {
            _faults.Remove(fault);
        }
    }

    private (long Line, string Text) Fault(long line, string field, string text) =>
        (line, string.Create(CultureInfo.InvariantCulture, $"{file}:{line}: {field}: {text}"));

    /// <summary>Throws when something is wrong.</summary>
    public void ThrowIfAny()
    {
        if (_faults.Count > 0)
        {
            throw new InputFaultException([.. _faults.Keys.Select(f => f.Text)]);
        }
    }
}
